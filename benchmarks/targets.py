"""What must be reached, and what is hoped for: one row for each figure."""

from dataclasses import dataclass
from typing import Literal

PAGES = ("/", "/date", "/horoscope", "/quote")
HEADERS = "with a browser's and the ALB's headers"

Unit = Literal["ratio", "s", "ms", "MB"]


@dataclass(frozen=True, slots=True)
class Target:
    """A row. A ratio is ours over the baseline's, and more is better; of the others, less is.

    Without a must it is only reported, and without a goal the must is enough.
    """

    what: str
    baseline: str
    must: float | None
    goal: float | None
    unit: Unit = "ratio"

    def reaches(self, value: float, bound: float | None) -> bool:
        if bound is None:
            return True
        return value >= bound if self.unit == "ratio" else value <= bound


PLAIN = {page: Target(f"`{page}`", "nginx, the same bytes", 0.60, 0.80) for page in PAGES}
WITH_HEADERS = {
    page: Target(f"`{page}` {HEADERS}", "nginx, the same bytes and headers", 0.50, 0.70)
    for page in PAGES
}
LIST = Target("`/favorites`, 50 rows as HTML", "pgbench, select of the same rows", 2, 3)
ONE_FAVORITE = Target("likes on one favorite", "pgbench, update of one row", 4, 6)
MANY_FAVORITES = Target("likes over 200 favorites", "pgbench, update of 200 random rows", 0.6, 1)
TWO_TASKS = Target("two tasks, each with its load on a core", "one such pair", 1.7, 1.9)
START = Target("start of `kirosample serve` to its first answer", "", 0.7, 0.4, "s")
MEMORY = Target("memory of a task under load, summed PSS at its peak", "", 90, 60, "MB")
FILLED = Target("a list of 1,000,000 favorites with 10,000,000 likes", "", 10, 5, "ms")

_COST = "CPU of a request, ever new"
COLD = {
    "dates": Target(f"{_COST} `/date?date=`", "", 2.5, None, "ms"),
    "dates in order": Target(f"{_COST} `/date?date=` in the calendar's order", "", 2.5, None, "ms"),
    "horoscopes": Target(f"{_COST} `/horoscope/leo?date=`", "", None, None, "ms"),
    "search": Target(f"{_COST} `/en/quotes?q=`", "", 1, None, "ms"),
    "lists of quotes": Target(f"{_COST} `/quotes?limit=100&cursor=`", "", 1, None, "ms"),
}
"""By the name of the load."""


def _health(beside: str) -> Target:
    """A load balancer takes the task out after 5 s; what is fair answers in a tenth of that."""
    return Target(f"slowest `/livez` beside {beside}", "", 0.5, None, "s")


CRAWLERS = {
    connections: (
        Target(f"`/` beside {connections} crawlers, 99 % within", "", must, None, "ms"),
        _health(f"{connections} crawlers"),
    )
    for connections, must in ((8, 50), (64, 50), (400, None))
}
"""By the number of connections: of a hot page, and of the health check."""

FLOODS = {
    load: (connections, _health(f"{connections} x {what}"))
    for load, connections, what in (
        ("dates", 160, "ever new `?date=`"),
        ("fields", 60, "`/quotes?a&a&…` of 60 kB"),
        ("fewer fields", 250, "`/quotes?a&a&…` of 15 kB"),
        ("search", 400, "`/en/quotes?q=N`"),
        ("long path", 400, "a path of 60 kB of `%E3…`"),
        ("lists of quotes", 400, "`/quotes?limit=100&cursor=N`"),
        ("cursors of favorites", 400, "`/favorites?cursor=1.N`"),
        ("unknown paths", 400, "an unknown path"),
        ("bad bodies", 64, "a like that is none"),
    )
}
"""By the name of the load: its connections, and of the health check."""
# Each of the 16 may wait for the others' cold pages, 2.5 ms each: 40 ms. A stampede takes more than
# twice that.
MIDNIGHT = Target("slowest page across midnight in Japan, 16 clients", "", 100, None, "ms")
