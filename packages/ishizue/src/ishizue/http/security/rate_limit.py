"""Rate limits: token buckets in bounded memory."""

import math
from collections import OrderedDict
from collections.abc import Callable, Sequence

from ishizue.http.security.clients import client_key

RATE_LIMIT_CLIENTS = 50_000
"""Clients counted at once."""

WRITE_BURST = 100
"""Writes that a client may make at once, before its rate applies."""

_ROUNDING = 1e-6
"""Seconds by which sums of times may be off."""


class RateLimit:
    """Token buckets of size `burst`, refilled at `per_minute`, one for each `key` of an address.

    An address without a key is not limited. Full buckets are dropped; among too many others, the
    least recently used one is.
    """

    def __init__(
        self,
        per_minute: float,
        monotonic: Callable[[], float],
        *,
        burst: int = WRITE_BURST,
        key: Callable[[str], str | None] = client_key,
    ) -> None:
        self._refill_seconds = 60 / per_minute
        self._spare_seconds = (burst - 1) * self._refill_seconds + _ROUNDING
        self._monotonic = monotonic
        self._key = key
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def take(self, address: str) -> int:
        """Count one write. Returns 0 if it is allowed, else the seconds until the next one is."""
        key = self._key(address)
        if key is None:
            return 0
        now = self._monotonic()
        buckets = self._full_at
        full_at = buckets.pop(key, now)
        if full_at < now:
            full_at = now
        wait = full_at - now - self._spare_seconds
        buckets[key] = full_at + self._refill_seconds if wait <= 0 else full_at
        oldest = next(iter(buckets))  # one dropped for each that is added
        if buckets[oldest] <= now or len(buckets) > RATE_LIMIT_CLIENTS:
            del buckets[oldest]
        return 0 if wait <= 0 else math.ceil(wait)

    def give_back(self, address: str) -> None:
        """Take back the count of the last allowed write."""
        key = self._key(address)
        if key is not None and key in self._full_at:
            self._full_at[key] -= self._refill_seconds

    def pass_on(self, address: str, other: str) -> None:
        """Let `other`, whose write was just counted, make no more writes than `address` may."""
        buckets = self._full_at
        key = self._key(address)
        other_key = self._key(other)
        if key and other_key and key in buckets and other_key in buckets:
            buckets[other_key] = max(buckets[other_key], buckets[key])


def take_all(limits: Sequence[RateLimit], address: str) -> int:
    """Count one write in all of the limits, or in none. Returns the same as `RateLimit.take`.

    A write that one limit refuses takes nothing from other clients that share a key.
    """
    for number, limit in enumerate(limits):
        if wait := limit.take(address):
            for earlier in limits[:number]:
                earlier.give_back(address)
            return wait
    return 0
