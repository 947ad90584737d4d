"""Crawlers and floods: what their requests cost, and how long others wait meanwhile."""

import json
import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from benchmarks.flooder import CUT, HEALTH, HOT
from benchmarks.http import wait_for
from benchmarks.processes import CLIENT_CORE, Client, Failed, cpu_seconds
from benchmarks.report import Result
from benchmarks.runs import Plan
from benchmarks.targets import COLD, CRAWLERS, FLOODS, Target
from benchmarks.task import Task

_HARMLESS = {"200", "400", "404", "414", "422", "429", "431", "503", CUT}
"""What a flood may be answered; or its connection is cut, as its rest need not be read."""

_WARM_UP, _COST = 0.5, 2.0  # seconds of single requests
_PATIENCE = 30.0  # seconds beyond a load's own
_SETTLING = 60.0  # seconds until a server that is not fair has worked off a flood


@dataclass(frozen=True, slots=True)
class Sent:
    """What a load was answered: how often each status, and its slowest answer."""

    statuses: dict[str, int]
    unanswered: int
    slowest_ms: float
    seconds: float

    @property
    def answers(self) -> int:
        return sum(count for status, count in self.statuses.items() if status != CUT)

    def faults(self, right: set[str]) -> tuple[str, ...]:
        """What it was answered beside these."""
        return tuple(
            f"{count} × {status}"
            for status, count in sorted(self.statuses.items())
            if status not in right
        )

    def shown(self) -> str:
        parts = [f"{count:,} × {status}" for status, count in sorted(self.statuses.items())]
        parts += [f"{self.unanswered} without an answer at the end"] if self.unanswered else []
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Probed:
    """How long others waited meanwhile, in milliseconds by path, and what they were refused."""

    ms: dict[str, list[float]]
    faults: dict[str, int]
    late_ms: float

    def shown(self, path: str) -> str:
        found = self.ms[path]
        return f"`{path}` 99 % {percentile(found, 0.99):.1f} ms, slowest {max(found):.1f} ms"


def percentile(values: Sequence[float], share: float) -> float:
    """The least of the values that is not less than this share of them (nearest rank)."""
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1]


def measure(task: Task, plan: Plan) -> Iterator[Result]:
    """The rows of single requests, of crawlers and of floods."""
    for load, target in COLD.items():
        yield _cost(task, load, target)
    for connections, (hot, health) in CRAWLERS.items():
        sent, probed = _under(task, "crawl", connections, plan.load_seconds)
        yield _result(hot, percentile(probed.ms[HOT], 0.99), "", sent, probed)
        yield _health(health, sent, probed)
    for load, (connections, target) in FLOODS.items():
        yield _health(target, *_under(task, load, connections, plan.load_seconds))


def _cost(task: Task, load: str, target: Target) -> Result:
    """The server's CPU time for one request of a load, one after the other."""
    send(task, load, 1, _WARM_UP)
    began = sum(cpu_seconds(task.pid))
    sent = send(task, load, 1, _COST)
    spent = sum(cpu_seconds(task.pid)) - began
    if wrong := sent.faults({"200"}):
        return Result(target, None, "; ".join(wrong))
    return Result(target, spent / sent.answers * 1000, f"of {sent.answers:,} requests")


def _health(target: Target, sent: Sent, probed: Probed) -> Result:
    note = (
        f"{probed.shown(HOT)}; {probed.shown(HEALTH)}; the load was answered {sent.shown()}"
        f" in {sent.seconds:.0f} s; the probe was itself late by {probed.late_ms:.1f} ms at most"
    )
    return _result(target, max(probed.ms[HEALTH]) / 1000, note, sent, probed)


def _result(target: Target, value: float, note: str, sent: Sent, probed: Probed) -> Result:
    wrong = *sent.faults(_HARMLESS), *(f"{count} × {what}" for what, count in probed.faults.items())
    return Result(target, None, "; ".join(wrong)) if wrong else Result(target, value, note)


def _under(task: Task, load: str, connections: int, seconds: int) -> tuple[Sent, Probed]:
    with ExitStack() as stack:
        probe = stack.enter_context(_client("probe", task.port, seconds))
        client = stack.enter_context(_client("send", load, task.port, connections, seconds, 0))
        sent = Sent(**_said(client, seconds), seconds=seconds)
        probed = Probed(**_said(probe, seconds))
    wait_for(task.port, HEALTH, _SETTLING)
    return sent, probed


def send(task: Task, load: str, connections: int, seconds: float, pause: float = 0) -> Sent:
    """Send a load, each connection with a pause between its requests."""
    with _client("send", load, task.port, connections, seconds, pause) as client:
        return Sent(**_said(client, seconds), seconds=seconds)


def _client(*arguments: object) -> Client:
    command = [sys.executable, "-m", "benchmarks.flooder", *map(str, arguments)]
    return Client(command, CLIENT_CORE)


def _said(client: Client, seconds: float) -> dict[str, Any]:
    output = client.finish(seconds + _PATIENCE).output
    try:
        said: dict[str, Any] = json.loads(output)
    except ValueError:
        raise Failed(f"a client of the floods said: {output}") from None
    return said
