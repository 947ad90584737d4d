"""Rows: alternating runs of two sides, what they give, and the table of all."""

import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

MIN_GAIN = 0.95
"""A row whose whole interval is below this gain has become slower."""

_STUDENT = {3: 3.182, 14: 2.145}
"""97.5 % quantiles of Student's distribution by degrees of freedom: one less than pairs."""


class Failed(Exception):
    """The measurement failed; the message says why."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: its figure in the row's unit, of a ratio's side in responses a second."""

    value: float
    note: str = ""
    cpu_ms: float = 0  # of the server for a request; 0 if it was not measured
    counts: Mapping[str, int] = field(default_factory=dict)  # what wrk counted


Load = Callable[[int], Run]
"""A load runs for so many seconds. Raises Failed if a response is wrong."""


@dataclass(slots=True)
class Row:
    """A figure that ours, the first side, must reach alone or against another side.

    A ratio is ours over the baseline's and should be high; other figures should be low.
    """

    what: str
    must: float
    loads: Sequence[Load]
    unit: str = "ratio"
    baseline: str = ""
    runs: list[Sequence[Run]] = field(default_factory=list)
    """Each time, a run of each side."""
    fault: str = ""
    """Why the row is not measured."""

    def measure(self, times: int, seconds: int) -> None:
        """Warm up and run the sides alternately: A B, B A, A B … One side runs once."""
        sides = range(len(self.loads))
        if len(sides) > 1:
            for load in self.loads:
                with suppress(Failed):
                    load(1)
        try:
            for number in range(times if len(sides) > 1 else 1):
                order = -1 if number % 2 else 1
                self.runs.append([self._run(side, seconds) for side in sides[::order]][::order])
        except Failed as error:
            self.fault = str(error)

    def _run(self, side: int, seconds: int) -> Run:
        try:
            return self.loads[side](seconds)
        except Failed as error:
            raise Failed(f"{('ours', 'the other')[side]}: {error}") from None

    @property
    def medians(self) -> list[float]:
        """The median of each side."""
        return [
            statistics.median(run.value for run in side) for side in zip(*self.runs, strict=True)
        ]

    @property
    def value(self) -> float:
        """Our figure, or its ratio to the baseline's."""
        ours, *baseline = self.medians
        return ours / baseline[0] if baseline else ours

    @property
    def gain(self) -> tuple[float, float, float]:
        """How much better ours is, pair by pair: the geometric mean within its 95 % interval."""
        better = 1 if self.unit == "ratio" else -1
        logs = [better * math.log(ours.value / other.value) for ours, other in self.runs]
        half = _STUDENT[len(logs) - 1] * statistics.stdev(logs) / math.sqrt(len(logs))
        mean = statistics.fmean(logs)
        return math.exp(mean - half), math.exp(mean), math.exp(mean + half)

    def verdict(self, *, paired: bool) -> str:
        """Whether the row reaches what it must, or how this commit compares with the other."""
        if self.fault:
            return f"not measured ({self.fault})"
        if not paired:
            ratio = self.unit == "ratio"
            reached = self.value >= self.must if ratio else self.value <= self.must
            return "reached" if reached else "missed"
        low, _, high = self.gain
        if high < MIN_GAIN:
            return "slower"
        return "as fast" if low >= MIN_GAIN else "undecided"

    def shown(self, value: float) -> str:
        """A figure with its unit."""
        unit = "" if self.unit == "ratio" else f" {self.unit}"
        return f"{value:.{0 if self.unit == 'MB' else 2}f}{unit}"

    def cells(self, *, paired: bool) -> Sequence[str]:
        """Its line in the table."""
        sides = [f"{median:,.2f}" for median in self.medians] if len(self.medians) > 1 else ["", ""]
        must = f"{MIN_GAIN}" if paired else self.shown(self.must)
        baseline = "the other commit" if paired else self.baseline
        if self.fault:
            figure = "–"
        elif paired:
            figure = "{1:.3f} ({0:.3f} to {2:.3f})".format(*self.gain)
        else:
            figure = self.shown(self.value)
        return (self.what, *sides, figure, must, self.verdict(paired=paired), baseline)


def results(rows: Iterable[Row], *, paired: bool) -> str:
    """The table of all rows; of two commits, with how much better this one is."""
    heads = ("", "ours", "theirs", "measured", "must", "verdict", "baseline = 1")
    return table(heads, (row.cells(paired=paired) for row in rows))


def table(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    all_ = [heads, ["---"] * len(heads), *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in all_) + "\n"
