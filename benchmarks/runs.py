"""Alternating runs of a row's sides, and what they give."""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.processes import Failed
from benchmarks.targets import Target


@dataclass(frozen=True, slots=True)
class Plan:
    starts: int = 1  # of everything, with new databases
    runs: int = 5  # a side
    seconds: int = 3


FULL = Plan()
PAIRED = Plan(starts=3)
QUICK = Plan(runs=1, seconds=2)
QUICK_PAIRED = Plan(runs=4, seconds=2)

_STUDENT = {3: 3.182, 14: 2.145}
"""97.5 % quantiles of Student's distribution by degrees of freedom: one less than pairs."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: its figure in the row's unit, of a ratio's side in responses a second."""

    value: float
    faults: tuple[str, ...] = ()
    note: str = ""
    cpu_ms: float = 0  # of the server for a request; 0 if it was not measured
    counts: Mapping[str, int] = field(default_factory=dict)  # what wrk counted

    @property
    def statuses(self) -> dict[str, int]:
        """The statuses that wrk was told to count, and the requests without a response."""
        names = (name for name in self.counts if name[0].isdigit() or name == "no response")
        return {name: self.counts[name] for name in names if self.counts[name]}


Load = Callable[[int], Run]
"""A load runs for so many seconds."""


@dataclass(slots=True)
class Row:
    """A row, and its sides' loads: ours first, then what it is compared with, if anything."""

    target: Target
    loads: Sequence[Load]
    times: int
    runs: list[Sequence[Run]] = field(default_factory=list)
    """Each time, a run of each side."""

    def measure(self, seconds: int) -> None:
        """Warm up and run the sides alternately: A B, B A, A B …"""
        if len(self.loads) > 1 or self.times > 1:
            for load in self.loads:
                _run(load, 1)
        for number in range(self.times):
            order = -1 if number % 2 else 1
            self.runs.append([_run(load, seconds) for load in self.loads[::order]][::order])

    @property
    def cpu_ms(self) -> float:
        """The CPU time of our server for a request; 0 if it was not measured."""
        return statistics.median(runs[0].cpu_ms for runs in self.runs)

    @property
    def notes(self) -> str:
        return "; ".join(run.note for run in self.runs[-1] if run.note)

    @property
    def faults(self) -> str:
        """The faults of all runs, each with the side that had it."""
        return "; ".join(
            f"{'ours' if side is runs[0] else 'the other'}: {fault}"
            for runs in self.runs
            for side in runs
            for fault in side.faults
        )

    @property
    def medians(self) -> list[float]:
        """The median of each side."""
        sides = zip(*self.runs, strict=True)
        return [statistics.median(run.value for run in side) for side in sides]

    @property
    def value(self) -> float | None:
        """Our figure, or its ratio to the baseline's; None after a fault."""
        if self.faults:
            return None
        ours, *baseline = self.medians
        return ours / baseline[0] if baseline else ours

    @property
    def gain(self) -> "Interval | None":
        """How much better ours is than the other side, pair by pair; None after a fault."""
        pairs = [(ours.value, other.value) for ours, other in self.runs]
        high = self.target.unit == "ratio"
        return None if self.faults else Interval.of(pairs if high else [p[::-1] for p in pairs])


def _run(load: Load, seconds: int) -> Run:
    try:
        return load(seconds)
    except Failed as error:
        return Run(0, (str(error),))


@dataclass(frozen=True, slots=True)
class Interval:
    """The geometric mean of pairs' ratios with its 95 % interval."""

    low: float
    mean: float
    high: float

    @classmethod
    def of(cls, pairs: Sequence[tuple[float, float]]) -> "Interval":
        logs = [math.log(ours / other) for ours, other in pairs]
        half = _STUDENT[len(logs) - 1] * statistics.stdev(logs) / math.sqrt(len(logs))
        return cls(*(math.exp(statistics.fmean(logs) + shift) for shift in (-half, 0, half)))

    def __str__(self) -> str:
        return f"{self.mean:.3f} ({self.low:.3f} to {self.high:.3f})"
