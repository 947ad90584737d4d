"""`/.well-known/security.txt`, by which who finds a weakness knows whom to tell (RFC 9116)."""

from datetime import timedelta
from typing import Final

from starlette.responses import Response

from ishizue.http import problems
from ishizue.http.page_responses import cached_response
from kirosample import almanac
from kirosample.web.context import PortalRequest

PATH: Final = "/.well-known/security.txt"

_VALID: Final = timedelta(days=270)
"""How long the file is valid from any day on; RFC 9116, 2.5.5, wants less than a year."""


async def security_txt(request: PortalRequest) -> Response:
    """Raises Problem (404) if nobody is to be told."""
    portal = request.portal
    today = request.today
    if not portal.contact:
        raise problems.not_found()
    lines = [
        f"Contact: {portal.contact.uri}",
        f"Expires: {almanac.midnight(today + _VALID).isoformat()}",
        "Preferred-Languages: ja, en",
    ]
    if public_url := request.service_state.public_url:
        lines.append(f"Canonical: {public_url}{PATH}")
    text = "".join(f"{line}\n" for line in lines)
    key = ("security.txt", today)
    return await cached_response(request, key, lambda: text, request.lifetime(), "text/plain")
