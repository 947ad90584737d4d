"""What must be reached, and what is hoped for: one row for each figure."""

from dataclasses import dataclass
from typing import Literal

PAGES = ("/", "/date", "/horoscope", "/quote")
HEADERS = "with a browser's and the ALB's headers"

Unit = Literal["ratio", "s", "ms", "MB"]


@dataclass(frozen=True, slots=True)
class Target:
    """A row. A ratio is ours over the baseline's, and more is better; of s, ms and MB, less is."""

    what: str
    baseline: str
    must: float
    goal: float
    unit: Unit = "ratio"

    def reaches(self, value: float, bound: float) -> bool:
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
