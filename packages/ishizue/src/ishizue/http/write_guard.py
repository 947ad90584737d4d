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
