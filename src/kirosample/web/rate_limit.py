"""How many writes a client may make: a token bucket for each, in bounded memory."""

import math
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from kirosample.limits import RATE_LIMIT_CLIENTS, WRITE_BURST

_LEAST_BETWEEN_SWEEPS = 1_000
_ROUNDING = 1e-6
"""Seconds: what adding up moments may be off by."""


class RateLimit:
    """Token buckets, refilled at `per_minute`. One that is full again is as good as none.

    So those are forgotten, and where too many are left, the client not seen for longest.
    """

    def __init__(self, per_minute: int, monotonic: Callable[[], float]) -> None:
        self._refill_seconds = 60 / per_minute
        self._monotonic = monotonic
        self._full_at: OrderedDict[str, float] = OrderedDict()
        self._until_sweep = _LEAST_BETWEEN_SWEEPS

    def take(self, client: str) -> int:
        """Count one write; 0 where it is allowed, else the seconds until the next one will be."""
        key, now = _client(client), self._monotonic()
        self._until_sweep -= 1
        if self._until_sweep < 0:
            self._sweep(now)
        full_at = max(self._full_at.pop(key, now), now)
        wait = full_at - now - (WRITE_BURST - 1) * self._refill_seconds
        allowed = wait <= _ROUNDING
        self._full_at[key] = full_at + self._refill_seconds if allowed else full_at
        if len(self._full_at) > RATE_LIMIT_CLIENTS:
            self._full_at.popitem(last=False)
        return 0 if allowed else math.ceil(wait)

    def _sweep(self, now: float) -> None:
        """Forget the full ones: after as many writes as are left, so that a write pays for one."""
        # Made anew, since a dictionary that much was taken out of stays as large.
        left = OrderedDict((key, at) for key, at in self._full_at.items() if at > now)
        self._full_at, self._until_sweep = left, max(len(left), _LEAST_BETWEEN_SWEEPS)

    def __len__(self) -> int:
        return len(self._full_at)


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
