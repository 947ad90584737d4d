"""The required figures and the goals: a row for each."""

from dataclasses import dataclass
from typing import Literal

PAGES = ("/", "/date", "/horoscope", "/quote")
HEADERS = "with a browser's and the ALB's headers"

Unit = Literal["ratio", "s", "ms", "MB"]


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
        return f"{value:.{0 if self.unit == 'MB' else 2}f}{unit}"


PLAIN = {page: Target(f"`{page}`", "nginx, the same bytes", 0.60, 0.80) for page in PAGES}
WITH_HEADERS = {
    page: Target(f"`{page}` {HEADERS}", "nginx, the same bytes and headers", 0.50, 0.70)
    for page in PAGES
}
LIST = Target("`/favorites`, 50 rows as HTML", "pgbench, select of the same rows", 2, 3)
ONE_FAVORITE = Target("likes on one favorite", "pgbench, update of one row", 4, 6)
MANY_FAVORITES = Target("likes over 200 favorites", "pgbench, update of 200 random rows", 0.6, 1)
START = Target("start of `kirosample serve` to its first response", "", 0.7, 0.4, "s")
MEMORY = Target("memory of a task under load, summed PSS at its peak", "", 90, 60, "MB")

_COST = "CPU of a request, unique"
COLD = {
    "dates": Target(f"{_COST} `/date?date=`", "", 2.5, None, "ms"),
    "dates in order": Target(f"{_COST} `/date?date=` in the calendar's order", "", 2.5, None, "ms"),
    "lucky days": Target(f"{_COST} `/days?for=wedding&from=`", "", 3, None, "ms"),
    "horoscopes": Target(f"{_COST} `/horoscope/leo?date=`", "", 4, None, "ms"),
    "pairs": Target(f"{_COST} `/horoscope/aries/leo?date=`", "", 3, None, "ms"),
    "search": Target(f"{_COST} `/en/quotes?q=`", "", 1, None, "ms"),
    "lists of quotes": Target(f"{_COST} `/quotes?limit=100&cursor=`", "", 1, None, "ms"),
}
"""By name of the load."""


def beside(attack: str) -> Target:
    """Of honest requests from other networks. The load balancer removes a task after 5 s without a
    response to a health check: a tenth of it."""
    what = "slowest cold page, form or own list, or twice the slowest `/livez`, beside"
    return Target(f"{what} {attack}", "", 1, None, "s")
