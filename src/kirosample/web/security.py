"""What stands around every request: who really sent it, and the headers of every answer."""

from collections.abc import Iterable
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kirosample.settings import Network

_CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = tuple(
    (name.encode(), value.encode())
    for name, value in (
        ("content-security-policy", _CONTENT_SECURITY_POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "strict-origin-when-cross-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    )
)
_HSTS = (b"strict-transport-security", b"max-age=31536000")


class TrustedProxies:
    """Believes `X-Forwarded-For` and `-Proto` where a trusted proxy sends them, and only then."""

    def __init__(self, app: ASGIApp, networks: Iterable[Network]) -> None:
        self._app = app
        self._networks = tuple(networks)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["client"] and self._trusts(scope["client"][0]):
            scope = {**scope, **self._forwarded(Headers(scope=scope), scope)}
        await self._app(scope, receive, send)

    def _forwarded(self, headers: Headers, scope: Scope) -> Scope:
        """The client and scheme that the proxies speak of.

        The client is the last address in the list that is no proxy of ours: what stands before
        it, the client may have written itself.
        """
        client, scheme = scope["client"][0], scope["scheme"]
        for address in reversed(",".join(headers.getlist("x-forwarded-for")).split(",")):
            if not _is_address(address.strip()):
                break
            client = address.strip()
            if not self._trusts(client):
                break
        proto = headers.get("x-forwarded-proto", "").strip().lower()
        if proto in ("http", "https"):
            scheme = proto
        return {"client": (client, 0), "scheme": scheme}

    def _trusts(self, address: str) -> bool:
        if not self._networks or not _is_address(address):
            return False
        return any(ip_address(address) in network for network in self._networks)


class SecurityHeaders:
    """Adds the security headers to every answer; HSTS where it travels over TLS."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        added = (*_HEADERS, _HSTS) if scope["scheme"] == "https" else _HEADERS

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *added]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
