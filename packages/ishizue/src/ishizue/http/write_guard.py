"""What admits a write: the origin of the page that sends it, and how many its client makes."""

import logging
import time
from collections.abc import Callable

from starlette.types import Scope

from ishizue.http import problems
from ishizue.http.context import RequestContext
from ishizue.http.security.clients import SITE_CLIENTS, ipv6_site_key
from ishizue.http.security.origin import origin
from ishizue.http.security.rate_limit import WRITE_BURST, RateLimit, take_all

log = logging.getLogger(__name__)

_LOGGED_CHARACTERS = 100


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


def require_own_origin(request: RequestContext) -> None:
    """Raise Problem (403) for a write that another site's page sends: only our own may."""
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
