"""The simulation against the median of the runs."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from tools.capacity.model import Change, Day
from tools.capacity.run.measure import Run
from tools.capacity.run.rig import MINUTE_SECONDS

SHARE = 0.15
"""How far numbers may be apart, of the measured one."""

PERIODS = 2
"""How far moments may be apart, in periods of the metric."""


@dataclass(frozen=True)
class Row:
    """A quantity as simulated and as measured in each run; without `within` it is only shown."""

    what: str
    simulated: float
    runs: Sequence[float]
    within: float | None
    form: str

    @property
    def measured(self) -> float:
        return median(self.runs)

    def holds(self) -> bool:
        return self.within is None or abs(self.simulated - self.measured) <= self.within


def compare(day: Day, runs: Sequence[Run]) -> Iterator[Row]:
    """Every quantity, in the table's order."""
    yield from _tasks(day, runs)
    yield from _lost(day, runs)
    for change in day.changes:
        seconds = [_second(run.changes, change) for run in runs]
        what = f"{change.before} to {change.wanted} tasks, at second"
        yield Row(what, change.second, seconds, PERIODS * MINUTE_SECONDS, ".0f")


def _tasks(day: Day, runs: Sequence[Run]) -> Iterator[Row]:
    ends = [round(MINUTE_SECONDS * (n + 1) / day.step) - 1 for n in range(len(runs[0].tasks))]
    simulated = [day.tasks[end] for end in ends]
    middle = [median(counts) for counts in zip(*(run.tasks for run in runs), strict=True)]
    means = [fmean(run.tasks) for run in runs]
    yield Row("tasks, mean", fmean(simulated), means, SHARE * median(means), ".2f")
    peaks = [max(run.tasks) for run in runs]
    yield Row("tasks, most", max(simulated), peaks, SHARE * median(peaks), ".0f")
    apart = fmean(abs(one - other) for one, other in zip(simulated, middle, strict=True))
    yield Row("tasks, mean difference over time", apart, [0.0], SHARE * fmean(middle), ".2f")


def _lost(day: Day, runs: Sequence[Run]) -> Iterator[Row]:
    tallies = day.tallies.values()
    simulated = sum(tally.late + tally.refused + tally.failed for tally in tallies)
    shares = [run.lost.total() / run.arrived.total() for run in runs]
    arrived = sum(tally.arrived for tally in tallies)
    yield Row(
        "requests refused or late", simulated / arrived, shares, SHARE * median(shares), ".1%"
    )
    for kind, tally in day.tallies.items():
        share = (tally.late + tally.refused + tally.failed) / tally.arrived
        shares = [run.lost[kind] / run.arrived[kind] for run in runs]
        yield Row(f"  of {kind}", share, shares, None, ".1%")


def _second(changes: Sequence[Change], simulated: Change) -> float:
    """When a run first wanted as many tasks, or as few, as the simulation did by this change."""
    for change in changes:
        if simulated.wanted > simulated.before:
            reached = change.wanted >= simulated.wanted and change.wanted > change.before
        else:
            reached = change.wanted <= simulated.wanted and change.wanted < change.before
        if reached:
            return change.second
    return math.inf
