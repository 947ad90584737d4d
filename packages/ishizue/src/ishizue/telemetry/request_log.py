"""A line for every request, at the cost of a microsecond."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton
from string import ascii_letters, digits
from time import perf_counter

from ishizue.health import LIVENESS_PATH, READINESS_PATH
from ishizue.telemetry.messages import time_of_day, utc
from ishizue.telemetry.metrics import Metrics

_HEALTH_CHECKS = frozenset({LIVENESS_PATH, READINESS_PATH})
"""Machines request them every few seconds: they are logged only if they fail, and never counted."""

NO_ROUTE = "unknown"
"""Logged instead of an unknown path, which a client could choose."""

UNKNOWN = "unknown"
"""Logged for a client without a network."""

CLIENT_LEFT = 499
"""Logged if the client closed the connection before the response, as nginx does."""

REFUSED = (403, 429)
"""Responses of which a client has one line a minute: refusing a flood costs no log."""

_MAX_REFUSED = 1000
"""So many clients are counted apart in a minute; the others are counted as `unknown`."""

_QUICK = tuple(f"{microseconds / 1000:.3f}" for microseconds in range(1000))
"""Durations below a millisecond, formatted: most requests take less."""

_TRACE_BYTES = (ascii_letters + digits + "=;:-_.,").encode()
_TRACE_LENGTH = 200

_MAPPED = bytes(10) + b"\xff\xff"
"""The prefix of an IPv4-mapped IPv6 address."""


@lru_cache(maxsize=512)
def network(address: str) -> str:
    """The /24 of an IPv4 address, the /48 of an IPv6 one; `unknown` otherwise."""
    try:
        packed = inet_pton(AF_INET6 if ":" in address else AF_INET, address)
    except (OSError, ValueError):
        return UNKNOWN
    packed = packed.removeprefix(_MAPPED)
    if len(packed) == 4:
        return f"{packed[0]}.{packed[1]}.{packed[2]}.0/24"
    return f"{inet_ntop(AF_INET6, packed[:6] + bytes(10))}/48"


def trace_id(value: bytes) -> str:
    """The load balancer's trace id; empty if there is none, or one that it would not send."""
    if len(value) > _TRACE_LENGTH:
        return ""
    value = value.strip()
    # The client chooses a part of it, and it is not quoted in the line.
    return "" if value.translate(None, _TRACE_BYTES) else value.decode("ascii")


class RequestLog:
    """Logs every response, as JSON or as text, and counts it in `metrics`.

    In JSON, only a client's first response of `REFUSED` is a line as of any other; a line a minute
    has the number of those that follow.

    No value needs quoting: method and route are ours, the client is a network, and the trace id is
    checked.
    """

    def __init__(
        self, write: Callable[[str], None], *, readable: bool = False, metrics: Metrics | None
    ) -> None:
        self.metrics = metrics
        self._write = write
        self._readable = readable
        self._prefix = ""
        self._until = float("-inf")
        self._refused: dict[tuple[str, int], int] = {}
        self._minute = float("-inf")

    def record(
        self,
        method: str,
        route: str,
        status: int,
        length: int,
        began: float,
        client: str,
        trace: str,
    ) -> None:
        """Log a response: its body's length in bytes, and the `time.perf_counter` of its start.

        `route` is the path with its parameters' names, `client` a network, `trace` may be empty.
        """
        is_check = route in _HEALTH_CHECKS
        if not is_check or status >= 400:
            fields = self.fields(method, route, status, length)
            self.write(fields, status, began, client, trace, counts=not is_check)
        elif self._refused:
            self._end_minute(perf_counter())

    def fields(self, method: str, route: str, status: int, length: int) -> str:
        """The part of the line that like responses share, to be cached."""
        if self._readable:
            return f"{status} {method} {route} {length} B"
        return f'"method":"{method}","route":"{route}","status":{status},"bytes":{length}'

    def write(
        self,
        fields: str,
        status: int,
        began: float,
        client: str,
        trace: str,
        *,
        counts: bool = True,
    ) -> None:
        """Log a response with these fields."""
        now = perf_counter()
        if now >= self._until:
            self._renew_prefix(now)
        microseconds = int((now - began) * 1_000_000)
        if self.metrics and counts:
            self.metrics.count(status, microseconds / 1000)
        if status in REFUSED and not self._readable and self._repeats(client, status, now):
            return
        took = _QUICK[microseconds] if microseconds < 1000 else f"{microseconds / 1000:.3f}"
        if self._readable:
            traced = trace and f" {trace}"
            line = f"{self._prefix} {fields} {took} ms {client}{traced}\n"
        else:
            traced = trace and f',"trace":"{trace}"'
            line = f'{self._prefix}{fields},"duration_ms":{took},"client":"{client}"{traced}}}\n'
        self._write(line)

    def _repeats(self, client: str, status: int, now: float) -> bool:
        """Count a refusal, unless it is the first of its client."""
        if not self._refused:
            self._minute = now + 60
        refused = client, status
        if refused not in self._refused and len(self._refused) >= _MAX_REFUSED:
            refused = UNKNOWN, status
        repeats = refused in self._refused
        self._refused[refused] = self._refused.get(refused, -1) + 1
        return repeats

    def _end_minute(self, now: float) -> None:
        if now >= self._minute:
            self._minute = now + 60
            self.write_refused()

    def write_refused(self) -> None:
        """Write how many refusals were counted, and forget the clients without any."""
        counted = {refused: count for refused, count in self._refused.items() if count}
        self._refused = dict.fromkeys(counted, 0)
        time = utc(datetime.now(UTC))
        for (client, status), count in counted.items():
            fields = f'"status":{status},"client":"{client}","refused":{count}'
            self._write(f'{{"time":"{time}",{fields}}}\n')

    def _renew_prefix(self, now: float) -> None:
        """Format the time, which all lines of a millisecond share."""
        at = datetime.now(UTC)
        self._prefix = time_of_day(at) if self._readable else f'{{"time":"{utc(at)}",'
        self._until = now + (1000 - at.microsecond % 1000) / 1_000_000
        if self._refused:
            self._end_minute(now)
