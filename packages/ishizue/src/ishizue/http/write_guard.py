"""What admits a write: the origin of the page that sends it, and how many its client makes."""

import time
from collections.abc import Callable

from ishizue.http import problems
from ishizue.http.context import RequestContext
from ishizue.http.csrf import require_own_origin
from ishizue.http.security.clients import SITE_CLIENTS, ipv6_site_key
from ishizue.http.security.rate_limit import WRITE_BURST, RateLimit, take_all


class WriteGuard:
    """Admits the writes of our own pages and of programs, so many a minute per client.

    The clients of an IPv6 /48 together may make `SITE_CLIENTS` times as many.
    """

    def __init__(
        self, writes_per_minute: int, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        per_site = RateLimit(
            writes_per_minute * SITE_CLIENTS,
            monotonic,
            burst=WRITE_BURST * SITE_CLIENTS,
            key=ipv6_site_key,
        )
        self._limits = (RateLimit(writes_per_minute, monotonic), per_site)

    def __call__(self, request: RequestContext) -> None:
        """Count a write. Raises Problem (403, 429)."""
        require_own_origin(request)
        client = request.scope["client"]
        if wait := take_all(self._limits, client[0] if client else ""):
            raise problems.too_many_writes(wait)
