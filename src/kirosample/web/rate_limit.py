"""How many writes a client may make: a token bucket for each, in bounded memory."""

import math
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from kirosample.limits import RATE_LIMIT_CLIENTS, WRITE_BURST


class RateLimit:
    """Token buckets, refilled at `per_minute`. The client not seen for longest is forgotten."""

    def __init__(self, per_minute: int, monotonic: Callable[[], float]) -> None:
        self._per_second = per_minute / 60
        self._monotonic = monotonic
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> int:
        """Count one write; 0 where it is allowed, else the seconds until the next one will be."""
        key, now = _client(client), self._monotonic()
        tokens, then = self._buckets.pop(key, (float(WRITE_BURST), now))
        tokens = min(WRITE_BURST, tokens + (now - then) * self._per_second)
        wait = 0 if tokens >= 1 else math.ceil((1 - tokens) / self._per_second)
        self._buckets[key] = (tokens if wait else tokens - 1, now)
        if len(self._buckets) > RATE_LIMIT_CLIENTS:
            self._buckets.popitem(last=False)
        return wait

    def __len__(self) -> int:
        return len(self._buckets)


def _client(address: str) -> str:
    """An IPv4 address, or the /64 that an IPv6 client has to itself."""
    if ":" not in address:
        return address
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return parsed.packed[:8].hex()
