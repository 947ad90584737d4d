"""What admits a write: the origin of the page that sends it, and how many its client makes."""

import logging
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence

from starlette.types import Scope

from ishizue.http import problems
from ishizue.http.context import RequestContext
from ishizue.http.security.clients import SITE_CLIENTS, WRITE_BURST, client_key, ipv6_site_key
from ishizue.http.security.origin import origin

RATE_LIMIT_CLIENTS = 50_000
"""Clients counted at once."""

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


log = logging.getLogger(__name__)

_LOGGED_CHARACTERS = 100


def require_own_origin(request: RequestContext) -> None:
    """Raise Problem (403) for a write that another site's page sends."""
    headers = request.exchange.headers
    if headers.get(b"sec-fetch-site") == b"cross-site":
        raise problems.forbidden_origin()
    if b"origin" not in headers:
        return  # not sent by a page
    sent = headers[b"origin"].decode("latin-1")
    state = request.service_state
    if not is_own_origin(sent, request.scope, state.public_url):
        if not state.has_logged_origin:  # an operator may not have set the public URL yet
            state.has_logged_origin = True
            log.warning(
                "refused a write from origin %s: set %sPUBLIC_URL to the origin that browsers use"
                " (it is %s)",
                ascii(sent[:_LOGGED_CHARACTERS]),
                state.product.prefix,
                state.public_url or "not set",
            )
        raise problems.forbidden_origin()


def is_own_origin(sent: str, scope: Scope, public_url: str | None) -> bool:
    """Whether an `Origin` header has our origin.

    Our origin is the public URL, or without one the address that accepted this connection; both
    names of a loopback address count. The `Host` header, which the client chooses, never does.
    """
    if public_url is not None:
        return public_url in (sent, sent.replace("//127.0.0.1", "//localhost", 1))
    address, port = scope["server"]
    hosts = {"localhost", "127.0.0.1", address}
    return sent in {origin(scope["scheme"], host, port) for host in hosts}


class WriteGuard:
    """Admits the writes of our own pages and of programs, so many a minute per client.

    The clients of an IPv6 /48 together may make `SITE_CLIENTS` times as many: a visitor's cookie
    is valid in each of its 65,536 networks.

    With `beside`, a write counts within that guard's limits too, or within none. `refused` makes
    the problem of too many from the seconds until the next one is admitted.
    """

    def __init__(
        self,
        writes_per_minute: int,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        beside: "WriteGuard | None" = None,
        refused: Callable[[int], problems.Problem] = problems.too_many_writes,
    ) -> None:
        per_site = RateLimit(
            writes_per_minute * SITE_CLIENTS,
            monotonic,
            burst=WRITE_BURST * SITE_CLIENTS,
            key=ipv6_site_key,
        )
        others = beside.limits if beside else ()
        self.limits: tuple[RateLimit, ...] = (
            *others,
            RateLimit(writes_per_minute, monotonic),
            per_site,
        )
        self._refused = refused

    def __call__(self, request: RequestContext) -> None:
        """Count a write. Raises Problem (403, 429)."""
        require_own_origin(request)
        client = request.scope["client"]
        if wait := take_all(self.limits, client[0] if client else ""):
            raise self._refused(wait)
