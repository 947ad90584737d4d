"""How long a step is waited for."""

import time
from collections.abc import Callable, Iterator


def every(
    seconds: float,
    *,
    during: float,
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> Iterator[None]:
    """Yield at once, then every so many seconds, and a last time when `during` seconds are over."""
    end = now() + during
    yield
    while (left := end - now()) > 0:
        sleep(min(seconds, left))
        yield
