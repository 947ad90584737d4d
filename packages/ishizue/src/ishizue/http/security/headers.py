"""The security headers of every response."""

from ishizue.http.wire import Header, header_lines

_HTTP: tuple[Header, ...] = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        b"connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
        b"base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_HTTPS = (*_HTTP, (b"strict-transport-security", b"max-age=31536000"))
_HTTP_LINES, _HTTPS_LINES = header_lines(_HTTP), header_lines(_HTTPS)


def security_headers(scheme: str) -> tuple[Header, ...]:
    """The headers; HSTS only over TLS."""
    return _HTTPS if scheme == "https" else _HTTP


def security_lines(scheme: str) -> bytes:
    """The headers as lines on the wire."""
    return _HTTPS_LINES if scheme == "https" else _HTTP_LINES
