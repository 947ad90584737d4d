"""Dates and times in Japan."""

from datetime import date, datetime, time

from kirosample.almanac.model import JST


def date_in_japan(at: datetime) -> date:
    """The date in Japan at an instant."""
    return at.astimezone(JST).date()


def midnight(day: date) -> datetime:
    """The start of a day in Japan."""
    return datetime.combine(day, time(), JST)


def clock(at: datetime) -> str:
    """The time of day to the nearest minute, `6:25`. The last half minute of a day is `24:00`.

    Like the observatory's 暦要項, it never rounds into the next day, whose date would be wrong.
    """
    minutes = (at.hour * 3600 + at.minute * 60 + at.second + 30) // 60
    return f"{minutes // 60}:{minutes % 60:02}"
