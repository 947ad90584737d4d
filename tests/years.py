"""The days of years."""

from collections.abc import Iterator
from datetime import date, timedelta


def days(first: int, last: int) -> Iterator[date]:
    """Every day of the years `first` to `last`."""
    day = date(first, 1, 1)
    while day.year <= last:
        yield day
        day += timedelta(days=1)
