"""Protection from cross-site request forgery: only our own pages may write."""

import logging

from starlette.types import Scope

from ishizue.http import problems
from ishizue.http.context import RequestContext
from ishizue.http.security.origin import origin

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
