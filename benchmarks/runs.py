"""Alternating runs of two sides; only good runs count."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

BUSIEST_CLIENT = 0.9
"""A load generator busier than this share of its core may be the bottleneck."""


@dataclass(frozen=True, slots=True)
class Plan:
    runs: int = 5
    seconds: int = 2
    database_seconds: int = 3
    load_seconds: int = 3  # of crawlers and floods
    warm_up_seconds: int = 1
    repeats: int = 3  # of void runs, for each side
    probes: int = 1  # of each nginx configuration
    favorites: int = 1_000_000  # in the filled table
    lists: int = 300  # of each kind


FULL = Plan()
QUICK = Plan(runs=1, database_seconds=2, load_seconds=2, repeats=1, favorites=100_000)


@dataclass(frozen=True, slots=True)
class Run:
    """One run: responses a second, load of both cores, faults of the responses."""

    rate: float
    client_share: float  # of its core, by its CPU time
    server_share: float  # of its core, by everything on it
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
    name: str
    runs: list[Run] = field(default_factory=list)

    def counted(self) -> list[Run]:
        return [run for run in self.runs if run.counts]

    def clean(self) -> list[Run]:
        """The runs without faults, even if the client was too busy to count."""
        return [run for run in self.runs if not run.faults]

    def void(self) -> list[Run]:
        return [run for run in self.runs if not run.counts]


def rate(runs: Sequence[Run]) -> float:
    """The median of responses a second."""
    return statistics.median(run.rate for run in runs)


def rate_of_busy_core(runs: Sequence[Run]) -> float:
    """The median of responses per second of busy server core."""
    return statistics.median(run.rate / run.server_share for run in runs)


Load = Callable[[int], Run]
"""Runs for so many seconds."""


def side_by_side(
    ours: tuple[str, Load], baseline: tuple[str, Load], plan: Plan, seconds: int
) -> tuple[Side, Side]:
    """Run the sides alternately. Void runs are repeated, up to a limit."""
    sides = [(Side(name), load) for name, load in (ours, baseline)]
    for _, load in sides:
        load(plan.warm_up_seconds)
    for _ in range(plan.runs):
        for side, load in sides:
            side.runs.append(load(seconds))
            while not side.runs[-1].counts and len(side.void()) <= plan.repeats:
                side.runs.append(load(seconds))
    return sides[0][0], sides[1][0]
