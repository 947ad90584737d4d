"""Rows of attacks: how long others wait.

Drills 7 and 10 have crawlers, floods of long targets, and clients that leave or never read.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks.loads import HARVESTED, LOADS, flood, honest
from benchmarks.portal import Setting
from benchmarks.programs import Task, execute, wait_for, write, wrk
from benchmarks.rows import Failed, Row, Run

_MUST = 1
"""Seconds of the slowest cold page, form or own list of other networks, or of twice the slowest
`/livez`: the load balancer removes a task after 5 s without a response to a health check, which may
take a tenth of that."""


class _Attack(NamedTuple):
    """Connections that send a load, as so many clients of a network, or half of them as one."""

    what: str
    load: str
    clients: int = 700
    network: str = ""


_ATTACKS = (
    _Attack("one client that goes through today's pages", "today's pages", 1, "/48"),
    _Attack("700 /48s of one /32", "horoscopes", 700, "/32"),
    _Attack("200 /24s of one /16", "horoscopes", 200, "/16"),
    _Attack("one client that asks for `/livez`", "`/livez`", 1, "/48"),
    _Attack("700 clients of one /48: an own list", "an own list", 700, "/48"),
    _Attack("700 clients of one /48: an uncached picture", "an uncached picture", 700, "/48"),
    _Attack("700 clients of one /48: a wrong code", "a wrong code", 700, "/48"),
    _Attack("700 clients of one /48: whatever waits", "whatever waits", 700, "/48"),
    _Attack("700 clients of one /24: whatever waits", "whatever waits", 700, "/24"),
    _Attack("the costliest requests", "the costliest requests"),
    _Attack("an unknown path", "an unknown path"),
    _Attack("an invalid like", "an invalid like"),
)
_CONNECTIONS = 700
_HARMLESS = {"no response", "200", "303", "400", "404", "414", "422", "429", "431", "503"}
"""The statuses that a flood may get; or its connection is closed without reading the rest."""

_PROBES, _PAUSE_MS = 16, 160
"""A probe's connections, and the pause of each: a request every 10 ms, and each can wait."""
_OTHERS_MS = 150

_LIKES = f"""
    INSERT INTO favorite_likes (favorite_id, visitor)
    SELECT id, lpad(to_hex(n), 32, '0')::uuid
    FROM (SELECT id FROM favorites LIMIT 100) f, generate_series(1, {HARVESTED + 1}) n
    ON CONFLICT DO NOTHING"""  # visitors with readings of their own
_SETTLING = 60  # seconds until an unfair server has processed a flood


_probe = partial(wrk, seconds=2 * _SETTLING, statuses=True, first=True)
"""A wrk that runs until it is ended."""


def floods(setting: Setting) -> Iterator[Row]:
    """The rows of attacks."""
    for task in setting.tasks:
        execute(task.dsn, _LIKES)
    for attack in _ATTACKS:
        what = f"slowest beside {_CONNECTIONS} connections of {attack.what}"
        yield Row(what, _MUST, setting.loads(_honest, setting.folder, attack), "s")


def _honest(task: Task, folder: Path, attack: _Attack, seconds: int) -> Run:
    """Seconds of the slowest honest request, or twice those of the slowest health check."""
    seconds *= 2  # several requests of each, even if each waits
    probes = [
        _probe(task, "/livez", headers=kept, connections=_PROBES, pause_ms=_PAUSE_MS)
        for kept in ({}, {"Connection": "close"})
    ]
    for number, requests in enumerate(honest()):
        file = write(folder / f"honest{number}", requests)
        probes.append(_probe(task, "/", requests=file, connections=1, pause_ms=_OTHERS_MS))
    file = write(folder / "load", flood(attack.load, attack.clients, attack.network))
    with ExitStack() as stack:
        probing = [stack.enter_context(probe) for probe in probes]
        attacking = wrk(task, "/", seconds, file, connections=_CONNECTIONS, statuses=True)
        got = _statuses(stack.enter_context(attacking)())
        # Only then do the probes have all their responses: a health check does not wait in turn.
        wait_for(task.port, next(LOADS["horoscopes"]()).path, _SETTLING)
        time.sleep(_OTHERS_MS / 1000)
        probed = [end(now=True) for end in probing]
    if harm := got.keys() - _HARMLESS:
        raise Failed(f"the load got {harm}")
    slowest = [run.counts["slowest_us"] / 1e6 for run in probed]
    names = ("`/livez`", "`/livez` anew", "cold page", "form", "own list")
    waits = ", ".join(f"{name} {took:.2f} s" for name, took in zip(names, slowest, strict=True))
    others = dict(zip(names, map(_statuses, probed), strict=True))
    if any(statuses.keys() != {"200"} for statuses in others.values()):
        raise Failed(f"others got {others}; {waits}")
    responses = ", ".join(f"{count:,} × {status}" for status, count in got.items())
    value = max(*(2 * wait for wait in slowest[:2]), *slowest[2:])
    return Run(value, f"{waits}; the load got {responses}")


def _statuses(run: Run) -> dict[str, int]:
    """The statuses that wrk was told to count, and the requests without a response."""
    names = (name for name in run.counts if name[0].isdigit() or name == "no response")
    return {name: run.counts[name] for name in names if run.counts[name]}
