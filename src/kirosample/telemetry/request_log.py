"""A line for every request, at a microsecond's cost."""

from collections.abc import Callable
from datetime import UTC, datetime
from string import ascii_letters, digits
from time import perf_counter

from kirosample.telemetry.metrics import Metrics
from kirosample.telemetry.times import time_of_day, utc

HEALTH = frozenset({"/livez", "/readyz"})
"""Asked every few seconds by machines: told only when the answer is bad, and never counted."""

NO_ROUTE = "unknown"
"""Told of instead of a path that no rule has: what a client makes up is no word for a log."""

CLIENT_LEFT = 499
"""Told of where nobody waited for the answer any more; nginx's word for it."""

_QUICK = tuple(f"{microseconds / 1000:.3f}" for microseconds in range(1000))
"""What takes less than a millisecond, in milliseconds as a line has it: most answers do."""

_TRACE_BYTES = (ascii_letters + digits + "=;:-_.,").encode()
_TRACE_LENGTH = 200


def trace_id(value: bytes) -> str:
    """The load balancer's trace id; empty where there is none, or none that it would send."""
    if len(value) > _TRACE_LENGTH:
        return ""
    value = value.strip()
    # A part of it is the client's own, and it goes into the line without quoting.
    return "" if value.translate(None, _TRACE_BYTES) else value.decode("ascii")


class RequestLog:
    """Tells of every answer: in JSON, or readably.

    None of what it is given needs quoting: the method and the route are words of ours, the client
    is a network, and the trace id has been looked at.
    """

    def __init__(
        self, write: Callable[[str], None], *, readable: bool = False, metrics: Metrics | None
    ) -> None:
        self.metrics = metrics
        self._write = write
        self._readable = readable
        self._opening, self._until = "", float("-inf")

    def answered(
        self,
        method: str,
        route: str,
        status: int,
        length: int,
        began: float,
        client: str,
        trace: str,
    ) -> None:
        """Tell of an answer: its body's length in bytes, and when `time.perf_counter` began it.

        `route` is the path with its parameters' names, `client` a network, `trace` may be empty.
        """
        is_check = route in HEALTH
        if not is_check or status >= 400:
            about = self.about(method, route, status, length)
            self.tell(about, status, began, client, trace, counts=not is_check)

    def about(self, method: str, route: str, status: int, length: int) -> str:
        """The part of a line that is the same for all answers that are alike."""
        if self._readable:
            return f"{status} {method} {route} {length} B"
        return f'"method":"{method}","route":"{route}","status":{status},"bytes":{length}'

    def tell(
        self,
        about: str,
        status: int,
        began: float,
        client: str,
        trace: str,
        *,
        counts: bool = True,
    ) -> None:
        """Tell of such an answer."""
        now = perf_counter()
        if now >= self._until:
            self._turn(now)
        microseconds = int((now - began) * 1_000_000)
        took = _QUICK[microseconds] if microseconds < 1000 else f"{microseconds / 1000:.3f}"
        if self._readable:
            traced = trace and f" {trace}"
            line = f"{self._opening} {about} {took} ms {client}{traced}\n"
        else:
            traced = trace and f',"trace":"{trace}"'
            line = f'{self._opening}{about},"duration_ms":{took},"client":"{client}"{traced}}}\n'
        self._write(line)
        if self.metrics and counts:
            self.metrics.count(status, microseconds / 1000)

    def _turn(self, now: float) -> None:
        """Write the time anew: it is the same for all lines of a millisecond."""
        at = datetime.now(UTC)
        self._opening = time_of_day(at) if self._readable else f'{{"time":"{utc(at)}",'
        self._until = now + (1000 - at.microsecond % 1000) / 1_000_000
