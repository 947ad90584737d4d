"""Crawlers and floods: the cost of their requests, and how long others wait."""

import itertools
import json
import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from benchmarks.programs import postgres
from benchmarks.programs.http import fetch, wait_for
from benchmarks.programs.processes import CLIENT_CORE, Client, Failed, cpu_seconds
from benchmarks.programs.task import Task
from benchmarks.report import Result
from benchmarks.rows import flooder
from benchmarks.rows.flooder import ABORTED, HARVESTED, HEALTH, HOT
from benchmarks.runs import Plan
from benchmarks.targets import COLD, CRAWLERS, CROWD, CROWDS, FLOODS, Target

_HARMLESS = {"200", "400", "404", "414", "422", "429", "431", "503", ABORTED}
"""The statuses that a flood may get; or its connection is closed without reading the rest."""

_WARM_UP, _COST = 0.5, 2.0  # seconds of single requests
_PATIENCE = 60.0  # seconds beyond a load's own: a probe waits up to 20 s, twice
_LIKES = """
    INSERT INTO favorite_likes (favorite_id, visitor)
    SELECT id, lpad(to_hex(n), 32, '0')::uuid
    FROM (SELECT id FROM favorites LIMIT 100) f, generate_series(1, {}) n"""
_SETTLING = 60.0  # seconds until an unfair server has processed a flood


@dataclass(frozen=True, slots=True)
class Sent:
    """The statuses of a load and its slowest response."""

    statuses: dict[str, int]
    unanswered: int
    slowest_ms: float
    seconds: float

    @property
    def responses(self) -> int:
        return sum(count for status, count in self.statuses.items() if status != ABORTED)

    def faults(self, right: set[str]) -> tuple[str, ...]:
        """The statuses other than these."""
        wrong = sorted(self.statuses.keys() - right)
        return tuple(f"{self.statuses[status]} × {status}" for status in wrong)

    def shown(self) -> str:
        parts = [f"{count:,} × {status}" for status, count in sorted(self.statuses.items())]
        parts += [f"{self.unanswered} without a response at the end"] if self.unanswered else []
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Probed:
    """How long others waited, in milliseconds by path, and their faults."""

    ms: dict[str, list[float]]
    faults: dict[str, int]
    late_ms: float
    cpu_seconds: float
    """The most that the server took from a request, other than for `/`, to its response."""

    def shown(self, path: str) -> str:
        found = self.ms[path]
        return f"`{path}` 99 % {percentile(found, 0.99):.1f} ms, slowest {max(found):.1f} ms"


def percentile(values: Sequence[float], share: float) -> float:
    """The percentile by the nearest-rank method."""
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1]


def measure(task: Task, dsn: str, plan: Plan) -> Iterator[Result]:
    """The rows of single requests, of crawlers, of floods and of crowds."""
    for load, target in COLD.items():
        yield _cost(task, load, target)
    for connections, (hot, health) in CRAWLERS.items():
        sent, probed = _under(task, "crawl", connections, plan.load_seconds)
        yield _result(hot, percentile(probed.ms[HOT], 0.99), "", sent, probed)
        yield _health(health, sent, probed)
    for (load, connections), target in FLOODS.items():
        yield _health(target, *_under(task, load, connections, plan.load_seconds))
    seconds = 2 * plan.load_seconds  # a crowd is there a second later than its probe
    codes = round(seconds / flooder.OTHERS_SECONDS) + 1
    postgres.execute(dsn, _LIKES.format(HARVESTED + 1 + codes * len(CROWDS)))
    senders = itertools.count(HARVESTED + 2)
    for (load, site), target in CROWDS.items():
        made = [_code(task, next(senders)) for _ in range(codes)]
        yield _health(target, *_under(task, load, CROWD, seconds, site, made))


def _code(task: Task, visitor: int) -> str:
    """A code that moves what the visitor with this id likes."""
    path, headers = "/api/favorites/transfers", {"Content-Type": "application/json"}
    headers |= {"Cookie": flooder.cookie(visitor), "X-Forwarded-For": flooder.address(visitor)}
    response = fetch(task.port, path, headers, method="POST", body=b"{}")
    if response.status != 201:
        raise Failed(f"{path} got {response.status}: {response.body.decode()}")
    return str(json.loads(response.body)["code"])


def _cost(task: Task, load: str, target: Target) -> Result:
    """The server's CPU time for one request of a load, sent sequentially."""
    send(task, load, 1, _WARM_UP)
    began = sum(cpu_seconds(task.pid))
    sent = send(task, load, 1, _COST)
    spent = sum(cpu_seconds(task.pid)) - began
    if wrong := sent.faults({"200"}):
        return Result(target, None, "; ".join(wrong))
    return Result(target, spent / sent.responses * 1000, f"of {sent.responses:,} requests")


def _health(target: Target, sent: Sent, probed: Probed) -> Result:
    note = (
        f"{'; '.join(map(probed.shown, probed.ms))}, for which the server took at most"
        f" {probed.cpu_seconds:.2f} s of CPU; the load got {sent.shown()}"
        f" in {sent.seconds:.0f} s; the probe itself was late by {probed.late_ms:.1f} ms at most"
    )
    slowest = max(max(found) for kind, found in probed.ms.items() if kind != HOT)
    return _result(target, slowest / 1000, note, sent, probed)


def _result(target: Target, value: float, note: str, sent: Sent, probed: Probed) -> Result:
    wrong = *sent.faults(_HARMLESS), *(f"{count} × {what}" for what, count in probed.faults.items())
    return Result(target, None, "; ".join(wrong)) if wrong else Result(target, value, note)


def _under(
    task: Task, load: str, connections: int, seconds: int, site: str = "", codes: Sequence[str] = ()
) -> tuple[Sent, Probed]:
    """What a load and others get meanwhile; with codes, these are clients of other sites."""
    sending = ("send", load, task.port, connections, seconds, 0, site)
    with ExitStack() as stack:
        probe = stack.enter_context(_client("probe", task.port, task.pid, seconds, *codes))
        client = stack.enter_context(_client(*sending))
        sent = Sent(**_output(client, seconds), seconds=seconds)
        probed = Probed(**_output(probe, seconds))
    wait_for(task.port, HEALTH, _SETTLING)
    return sent, probed


def send(task: Task, load: str, connections: int, seconds: float, pause: float = 0) -> Sent:
    """Send a load with a pause between the requests of each connection."""
    with _client("send", load, task.port, connections, seconds, pause) as client:
        return Sent(**_output(client, seconds), seconds=seconds)


def _client(*arguments: object) -> Client:
    flooder = (sys.executable, "-m", "benchmarks.rows.flooder")
    return Client([*flooder, *map(str, arguments)], CLIENT_CORE)


def _output(client: Client, seconds: float) -> dict[str, Any]:
    output = client.finish(seconds + _PATIENCE).output
    try:
        found: dict[str, Any] = json.loads(output)
    except ValueError:
        raise Failed(f"a client printed: {output}") from None
    return found
