"""Polling with a timeout."""

import time
from collections.abc import Callable, Iterator


def every(
    seconds: float,
    *,
    during: float,
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> Iterator[None]:
    """Yield immediately, then every `seconds`, and once more when `during` seconds have passed."""
    end = now() + during
    yield
    while (left := end - now()) > 0:
        sleep(min(seconds, left))
        yield
