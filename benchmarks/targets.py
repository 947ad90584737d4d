"""The required figures and the goals: a row for each."""

from dataclasses import dataclass
from typing import Literal

PAGES = ("/", "/date", "/horoscope", "/quote")
HEADERS = "with a browser's and the ALB's headers"

Unit = Literal["ratio", "s", "ms", "MB", "B"]


@dataclass(frozen=True, slots=True)
class Target:
    """A row. A ratio is ours over the baseline's and should be high; other figures low."""

    what: str
    baseline: str
    must: float
    goal: float | None
    unit: Unit = "ratio"

    def reaches(self, value: float, bound: float | None) -> bool:
        if bound is None:
            return True
        return value >= bound if self.unit == "ratio" else value <= bound

    def shown(self, value: float | None) -> str:
        if value is None:
            return "–"
        unit = "" if self.unit == "ratio" else f" {self.unit}"
        return f"{value:.{0 if self.unit in ('MB', 'B') else 2}f}{unit}"


PLAIN = {page: Target(f"`{page}`", "nginx", 0.60, 0.80) for page in PAGES}
WITH_HEADERS = {page: Target(f"`{page}` {HEADERS}", "nginx", 0.50, 0.70) for page in PAGES}
LIST = Target("`/favorites`, 50 rows as HTML", "pgbench, select of the same rows", 2, 3)
ONE_FAVORITE = Target("likes on one favorite", "pgbench, update of one row", 4, 6)
MANY_FAVORITES = Target("likes over 200 favorites", "pgbench, update of 200 random rows", 0.6, 1)
START = Target("start of `kirosample serve` to its first response", "", 0.7, 0.4, "s")
MEMORY = Target("memory of a task under load, summed PSS at its peak", "", 90, 60, "MB")

_COST = "CPU, unique"
COLD = {
    "dates": Target(f"{_COST} `/date?date=`", "", 3.6, None, "ms"),
    "lucky days": Target(f"{_COST} `/days?for=wedding&from=`", "", 2.6, None, "ms"),
    "horoscopes": Target(f"{_COST} `/horoscope/leo?date=`", "", 3.5, None, "ms"),
    "pairs": Target(f"{_COST} `/horoscope/aries/leo?date=`", "", 1.8, None, "ms"),
    "search": Target(f"{_COST} `/en/quotes?q=`", "", 1, None, "ms"),
    "lists of quotes": Target(f"{_COST} `/quotes?limit=100&cursor=`", "", 1.8, None, "ms"),
}
"""Rows by their load's name, for a core that adds ten thousand squares in Python in 0.5 ms."""


_LIST = "CPU of an own list of 50 days' readings, Japanese"
UNCACHED = {
    "/favorites?mine=true": Target(_LIST, "", 9, 5, "ms"),
    "/en/favorites?mine=true": Target("CPU of the same, English", "", 36, 10, "ms"),
    "/favorites/export.csv": Target(
        "CPU of `/favorites/export.csv` of 100 readings", "", 55, 20, "ms"
    ),
    "years": Target("CPU of `/year?year=`", "", 4.5, 3, "ms"),
    "calendars": Target("CPU of `/calendar.ics` with every option", "", 45, 30, "ms"),
}
"""Rows by their path, or the load's name, in the same unit."""

WAL = Target("WAL of a like in a table of 3,000,000, after a checkpoint", "", 800, 700, "B")


BESIDE = "slowest cold page, form or own list, or twice the slowest `/livez`, beside"


def beside(attack: str) -> Target:
    """The row of honest requests from other networks. The load balancer removes a task after 5 s
    without a response to a health check; a health check may take a tenth of that."""
    return Target(f"{BESIDE} {attack}", "", 1, None, "s")
