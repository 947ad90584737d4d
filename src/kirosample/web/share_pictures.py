"""Which days have share pictures."""

from datetime import date


def has_share_pictures(day: date, today: date) -> bool:
    """Whether a day's share pictures can be had today: those of yesterday, today and tomorrow."""
    return -1 <= (day - today).days <= 1
