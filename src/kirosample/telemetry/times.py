"""How a line says when it was."""

from datetime import datetime


def utc(at: datetime) -> str:
    """A moment given in UTC, to the millisecond, as RFC 3339 writes it."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def time_of_day(at: datetime) -> str:
    """The time of day where the machine is."""
    return f"{at.astimezone():%H:%M:%S}"
