"""What stands around every request: who really sent it, and the headers of every answer."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import Scope

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

    def __init__(self, networks: Iterable[Network]) -> None:
        self._networks = tuple(networks)
        # Every request asks, mostly about the same few proxies.
        self.trusts = lru_cache(maxsize=1024)(self._trusts)

    def forwarded(self, scope: Scope) -> Scope:
        """The client and scheme that the proxies speak of; nothing where none is believed.

        The client is the last address in the list that is no proxy of ours: what stands before
        it, the client may have written itself.
        """
        if not self._networks or not scope["client"] or not self.trusts(scope["client"][0]):
            return {}
        headers = Headers(scope=scope)
        client, scheme = scope["client"][0], scope["scheme"]
        for address in reversed(",".join(headers.getlist("x-forwarded-for")).split(",")):
            trusted = self.trusts(address.strip())
            if trusted is None:
                break
            client = address.strip()
            if not trusted:
                break
        proto = headers.get("x-forwarded-proto", "").strip().lower()
        if proto in ("http", "https"):
            scheme = proto
        return {"client": (client, 0), "scheme": scheme}

    def _trusts(self, text: str) -> bool | None:
        """Whether a proxy of ours is at this address; None where it is no address."""
        try:
            address = ip_address(text)
        except ValueError:
            return None
        return any(address in network for network in self._networks)


def security_headers(scheme: str) -> tuple[tuple[bytes, bytes], ...]:
    """What every answer has; HSTS only over TLS."""
    return (*_HEADERS, _HSTS) if scheme == "https" else _HEADERS
