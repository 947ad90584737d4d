"""Runs of two sides, turn by turn, of which only the good ones count."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

BUSIEST_CLIENT = 0.9
"""A load generator busier than this share of its core may measure itself."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    runs: int = 5
    seconds: int = 2
    database_seconds: int = 3
    load_seconds: int = 3  # of crawlers and floods
    warm_up_seconds: int = 1
    repeats: int = 3  # of void runs, on each side of a comparison
    probes: int = 1  # of each configuration that may be nginx's best
    favorites: int = 1_000_000  # in the filled table
    lists: int = 300  # of each kind, read from it


FULL = Plan()
QUICK = Plan(
    runs=1,
    seconds=2,
    database_seconds=2,
    load_seconds=2,
    repeats=1,
    probes=1,
    favorites=100_000,
)


@dataclass(frozen=True, slots=True)
class Run:
    """One load: answers a second, how busy both cores were, what was wrong with the answers."""

    rate: float
    client_share: float  # of its core, by the client's own CPU time
    server_share: float  # of its core, by all that ran there
    p99_ms: float
    faults: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        return not self.faults and self.client_share < BUSIEST_CLIENT

    @property
    def why_void(self) -> str:
        return "; ".join(self.faults) or f"its client took {self.client_share:.0%} of its core"


@dataclass(slots=True)
class Side:
    """The runs of one side of a comparison."""

    name: str
    runs: list[Run] = field(default_factory=list)

    def counted(self) -> list[Run]:
        return [run for run in self.runs if run.counts]

    def clean(self) -> list[Run]:
        """Those whose answers were all right, also where the client was too busy to count."""
        return [run for run in self.runs if not run.faults]

    def void(self) -> list[Run]:
        return [run for run in self.runs if not run.counts]


def rate(runs: Sequence[Run]) -> float:
    """The median of the answers a second."""
    return statistics.median(run.rate for run in runs)


def rate_of_busy_core(runs: Sequence[Run]) -> float:
    """The median of the answers to a second of the server's core at work."""
    return statistics.median(run.rate / run.server_share for run in runs)


Load = Callable[[int], Run]
"""Makes a run of so many seconds."""


def side_by_side(
    ours: tuple[str, Load], baseline: tuple[str, Load], plan: Plan, seconds: int
) -> tuple[Side, Side]:
    """Run one side and the other in turn. Void runs are repeated, a few times at most."""
    our_side, baseline_side = Side(ours[0]), Side(baseline[0])
    sides = ((our_side, ours[1]), (baseline_side, baseline[1]))
    for _, load in sides:
        load(plan.warm_up_seconds)
    for _ in range(plan.runs):
        for side, load in sides:
            side.runs.append(load(seconds))
            while not side.runs[-1].counts and len(side.void()) <= plan.repeats:
                side.runs.append(load(seconds))
    return our_side, baseline_side
