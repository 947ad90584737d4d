"""The one source of the time, so that a test can stand anywhere in it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial

JST = timezone(timedelta(hours=9), "JST")
"""Japan's civil time. Fixed: the summer time of 1948-51 is not applied."""

Clock = Callable[[], datetime]
"""Answers the present instant, aware of its time zone."""


system_clock: Clock = partial(datetime.now, UTC)
"""The present instant in UTC, whatever the machine's own zone."""


def today_in_japan(clock: Clock) -> date:
    """The date in Japan at the clock's present instant."""
    return clock().astimezone(JST).date()
