"""The cookie of a visitor: an anonymous number and its signature."""

import hmac
import re
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from ishizue.http.context import RequestContext

COOKIE = "visitor"
"""The cookie's name over HTTP. Over HTTPS it counts for nothing: another host may have set it."""

HOST_COOKIE = "__Host-visitor"
"""The cookie's name over HTTPS: browsers accept it from this host only (RFC 6265bis, 4.1.3.2)."""

MAX_VERIFIED = 64
"""Distinct well-formed cookies verified in one request, which takes under a millisecond.

A browser sends one for each path and domain that match: other hosts in our domain cannot set more.
"""

_VALUE = r"[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{22}"  # visitor, dot, signature
_VALUES = {
    name: re.compile(rf";[ \t]*{name}=({_VALUE})(?=[ \t]*(?:;|$))")
    for name in (COOKIE, HOST_COOKIE)
}
SECURITY_SCHEME = {
    "type": "apiKey",
    "in": "cookie",
    "name": COOKIE,
    "description": f"The visitor, anonymous: the response to a first write sets it. Over HTTPS "
    f"its name is {HOST_COOKIE}.",
}
"""The cookie in an OpenAPI document."""

_MAX_AGE_SECONDS = 400 * 86_400  # the maximum in browsers
_FIXED_BITS = 0xF << 76 | 0x3 << 62  # RFC 9562, 5.7
_VERSION_7 = 0x7 << 76 | 0x2 << 62
_HOUR_MILLISECONDS = 3_600_000
_ATTRIBUTES = f"; Max-Age={_MAX_AGE_SECONDS}; Path=/; HttpOnly; SameSite=Lax"


class Visitors:
    """Signs cookies with the first key, verifies them with all: keys can rotate."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        # Copying a keyed HMAC is faster than creating one for each cookie.
        self._signers = tuple(hmac.new(key, b"visitor", "sha256") for key in keys)

    def of(self, request: RequestContext) -> UUID | None:
        """The visitor of the request's cookie, if it is valid.

        Another host in our domain may have set cookies of HTTP's name: if two visitors are valid,
        one of them is somebody else, and neither counts.
        """
        if b"cookie" not in request.exchange.headers:
            return None
        # http.cookies takes 8 s for one header of backslashes (CVE-2024-7592).
        sent = ";".join(("", *request.headers.getlist("cookie")))
        values = set(_VALUES[HOST_COOKIE if _is_https(request) else COOKIE].findall(sent))
        if len(values) > MAX_VERIFIED:
            return None
        visitors = set(filter(None, map(self.verify, values)))
        return visitors.pop() if len(visitors) == 1 else None

    def of_write(self, request: RequestContext, visitor: UUID | None) -> UUID:
        """The visitor of a write, a new one if there is none.

        The response sets the cookie, whatever its status. So the cookie lasts from the latest
        write, and a retired key can be removed in the end.
        """
        visitor = visitor or new_visitor(time.time())
        name, secure = (HOST_COOKIE, "; Secure") if _is_https(request) else (COOKIE, "")
        cookie = f"{name}={self.sign(visitor)}{_ATTRIBUTES}{secure}"
        request.response_headers += ((b"set-cookie", cookie.encode("ascii")),)
        return visitor

    def sign(self, visitor: UUID) -> str:
        return _signed(visitor.bytes, self._signers[0])

    def verify(self, cookie: str) -> UUID | None:
        """The visitor of a cookie, or None if none of our keys signed it."""
        if not re.fullmatch(_VALUE, cookie):
            return None
        visitor = urlsafe_b64decode(cookie[:22] + "==")
        if any(hmac.compare_digest(_signed(visitor, signer), cookie) for signer in self._signers):
            return UUID(bytes=visitor)
        return None


def new_visitor(now: float) -> UUID:
    """A version 7 UUID with the hour of `now`, in POSIX seconds, as its time, else random.

    Rows of an hour's new visitors are neighbors in an index: with random ids, each write after a
    checkpoint logs a whole page that nothing else has touched.
    """
    hour = int(now * 1000) // _HOUR_MILLISECONDS * _HOUR_MILLISECONDS
    number = hour << 80 | int.from_bytes(secrets.token_bytes(10))
    return UUID(int=number & ~_FIXED_BITS | _VERSION_7)


def _is_https(request: RequestContext) -> bool:
    return bool(request.scope["scheme"] == "https")


def _signed(visitor: bytes, signer: hmac.HMAC) -> str:
    own = signer.copy()
    own.update(visitor)
    return f"{_base64(visitor)}.{_base64(own.digest()[:16])}"


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
