"""Visitors: an anonymous number in a signed cookie."""

import hmac
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from itertools import islice
from uuid import UUID

from kirosample.http.context import RequestContext

COOKIES_TRIED = 4
"""Visitor cookies verified in one request; a browser sends one."""

COOKIE = "visitor"
_OURS = re.compile(rf";[ \t]*{COOKIE}=([^; \t]*)")
_CHARACTERS = 22 + 1 + 22  # of a cookie: visitor, dot, signature
_MAX_AGE_SECONDS = 400 * 86_400  # the maximum in browsers
_FIXED_BITS, _VERSION_4 = 0xF << 76 | 0x3 << 62, 0x4 << 76 | 0x2 << 62  # RFC 9562, 5.4
_ATTRIBUTES = f"; Max-Age={_MAX_AGE_SECONDS}; Path=/; HttpOnly; SameSite=Lax"


class Visitors:
    """Signs cookies with the first key, verifies them with all: keys can rotate."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        # Copying a keyed HMAC is faster than creating one for each cookie.
        self._signers = tuple(hmac.new(key, b"visitor", "sha256") for key in keys)

    def of(self, request: RequestContext) -> UUID | None:
        """The visitor of the request's cookie, if it is valid."""
        if b"cookie" not in request.exchange.headers:
            return None
        return next(filter(None, map(self.verify, _cookies(request))), None)

    def of_write(self, request: RequestContext, visitor: UUID | None) -> UUID:
        """The visitor of a write, a new one if there is none.

        The response sets the cookie, whatever its status. So the cookie lasts from the latest
        write, and a retired key can be removed in the end.
        """
        visitor = visitor or _new()
        secure = "; Secure" if request.scope["scheme"] == "https" else ""
        cookie = f"{COOKIE}={self.sign(visitor)}{_ATTRIBUTES}{secure}"
        request.response_headers += ((b"set-cookie", cookie.encode("ascii")),)
        return visitor

    def sign(self, visitor: UUID) -> str:
        return _signed(visitor.bytes, self._signers[0])

    def verify(self, cookie: str) -> UUID | None:
        """The visitor of a cookie, or None if none of our keys signed it."""
        if len(cookie) != _CHARACTERS or not cookie.isascii():
            return None
        try:
            visitor = urlsafe_b64decode(cookie[:22] + "==")
        except ValueError:
            return None
        if any(hmac.compare_digest(_signed(visitor, one), cookie) for one in self._signers):
            return UUID(bytes=visitor)
        return None


def _new() -> UUID:
    """A version 4 UUID, three times as fast as `uuid4`."""
    number = int.from_bytes(secrets.token_bytes(16))
    return UUID(int=number & ~_FIXED_BITS | _VERSION_4)


def _cookies(request: RequestContext) -> Iterator[str]:
    """The values of the first cookies with our name.

    A browser may also send one of another host in our domain. Starlette's parser is not used:
    http.cookies takes 8 s for one header of backslashes (CVE-2024-7592).
    """
    sent = ";".join(("", *request.headers.getlist("cookie")))
    return (match[1] for match in islice(_OURS.finditer(sent), COOKIES_TRIED))


def _signed(visitor: bytes, signer: hmac.HMAC) -> str:
    own = signer.copy()
    own.update(visitor)
    return f"{_base64(visitor)}.{_base64(own.digest()[:16])}"


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
