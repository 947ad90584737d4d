"""The one source of the time, so that a test can stand anywhere in it."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial

JST = timezone(timedelta(hours=9), "JST")
"""Japan's civil time. Fixed: the summer time of 1948-51 is not applied."""

Clock = Callable[[], datetime]
"""Answers the present instant, aware of its time zone."""


system_clock: Clock = partial(datetime.now, UTC)
"""The present instant in UTC, whatever the machine's own zone."""


def posix_time(clock: Clock) -> Callable[[], float]:
    """The clock's instant in seconds since 1970: of the system's clock in a third of the time."""
    return time.time if clock is system_clock else lambda: clock().timestamp()


def today_in_japan(clock: Clock) -> date:
    """The date in Japan at the clock's present instant."""
    return clock().astimezone(JST).date()
