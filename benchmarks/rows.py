"""Rows: alternating runs of two sides, what they give, and the table of all."""

import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

MIN_GAIN = 0.95
"""A row whose whole interval is below this gain has become slower."""

_STUDENT = {3: 3.182, 14: 2.145}
"""97.5 % quantiles of Student's distribution by degrees of freedom: one less than pairs."""

Unit = Literal["ratio", "s", "ms", "MB", "B"]


class Failed(Exception):
    """The measurement failed; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """A row. A ratio is ours over the baseline's and should be high; other figures low."""

    what: str
    baseline: str
    must: float
    goal: float | None
    unit: Unit = "ratio"

    def reaches(self, value: float, bound: float) -> bool:
        return value >= bound if self.unit == "ratio" else value <= bound

    def shown(self, value: float | None) -> str:
        if value is None:
            return "–"
        unit = "" if self.unit == "ratio" else f" {self.unit}"
        return f"{value:.{0 if self.unit in ('MB', 'B') else 2}f}{unit}"


@dataclass(frozen=True, slots=True)
class Run:
    """One run: its figure in the row's unit, of a ratio's side in responses a second."""

    value: float
    faults: tuple[str, ...] = ()
    note: str = ""
    cpu_ms: float = 0  # of the server for a request; 0 if it was not measured
    counts: Mapping[str, int] = field(default_factory=dict)  # what wrk counted


Load = Callable[[int], Run]
"""A load runs for so many seconds."""


@dataclass(slots=True)
class Row:
    """A row, and its sides' loads: ours first, then what it is compared with, if anything."""

    target: Target
    loads: Sequence[Load]
    runs: list[Sequence[Run]] = field(default_factory=list)
    """Each time, a run of each side."""

    def measure(self, times: int, seconds: int) -> None:
        """Warm up and run the sides alternately: A B, B A, A B … One side runs once."""
        if len(self.loads) > 1:
            for load in self.loads:
                _run(load, 1)
        for number in range(times if len(self.loads) > 1 else 1):
            order = -1 if number % 2 else 1
            self.runs.append([_run(load, seconds) for load in self.loads[::order]][::order])

    @property
    def faults(self) -> str:
        """The faults of all runs, each with the side that had it."""
        sides = ("ours", "the other")
        named = (zip(sides, runs, strict=False) for runs in self.runs)
        return "; ".join(
            f"{of}: {fault}" for runs in named for of, run in runs for fault in run.faults
        )

    @property
    def medians(self) -> list[float]:
        """The median of each side."""
        return [
            statistics.median(run.value for run in side) for side in zip(*self.runs, strict=True)
        ]

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

    @property
    def verdict(self) -> str:
        """What the row reaches: its goal, or what it must."""
        value, target = self.value, self.target
        if value is None:
            return f"not measured ({self.faults})"
        if not target.reaches(value, target.must):
            return "missed"
        return "goal" if target.goal and target.reaches(value, target.goal) else "must"

    @property
    def paired_verdict(self) -> str:
        """How this commit compares with the other."""
        gain = self.gain
        if gain is None:
            return f"not measured ({self.faults})"
        if gain.high < MIN_GAIN:
            return "slower"
        return "as fast" if gain.low >= MIN_GAIN else "undecided"


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


def results(rows: Iterable[Row], *, paired: bool) -> str:
    """The table of all rows; of two commits, with how much better this one is."""
    lines: list[Sequence[str]] = []
    for row in rows:
        target = row.target
        sides = [f"{median:,.2f}" for median in row.medians] if len(row.medians) > 1 else ["", ""]
        if paired:
            lines.append((target.what, *sides, str(row.gain or "–"), row.paired_verdict))
        else:
            figures = map(target.shown, (row.value, target.must, target.goal))
            lines.append((target.what, *sides, *figures, row.verdict, target.baseline))
    if paired:
        return table(("", "this commit", "the other", "better by", "verdict"), lines)
    heads = ("", "ours", "theirs", "measured", "must", "goal", "reached", "baseline = 1")
    return table(heads, lines)


def table(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    all_ = [heads, ["---"] * len(heads), *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in all_) + "\n"
