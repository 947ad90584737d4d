"""Days of every year, as the tables give them: on a date, or on a weekday of a month."""

from datetime import date, timedelta
from typing import Annotated

from msgspec import Meta, Struct

MonthDay = Annotated[str, Meta(pattern="^[0-9]{2}-[0-9]{2}$")]

_A_COMMON_YEAR = 2001
_WEEK = 7


class Nth(Struct, frozen=True, forbid_unknown_fields=True):
    """Which one of a month's Sundays, or of another weekday."""

    month: Annotated[int, Meta(ge=1, le=12)]
    nth: Annotated[int, Meta(ge=1, le=4)]

    def in_year(self, year: int, weekday: int) -> date:
        """The day in a year; `weekday` is 0 for Monday."""
        first = date(year, self.month, 1)
        days = (weekday - first.weekday()) % _WEEK + _WEEK * (self.nth - 1)
        return first + timedelta(days)


def in_year(on: str, year: int) -> date:
    """The day in a year."""
    return date.fromisoformat(f"{year}-{on}")


def require_one(on: tuple[str, ...], nth: Nth | None) -> None:
    """Either dates or a weekday. Raises ValueError, also for a date that not every year has."""
    if (nth is None) == (not on):
        raise ValueError("has either `on` or a weekday")
    for each in on:
        in_year(each, _A_COMMON_YEAR)
