"""The security headers of a response, and the sources that a service adds to its policy."""

import re
from collections.abc import Mapping

from ishizue.failure import DeclarationError
from ishizue.http.wire import Header, header_lines

ContentSecurity = Mapping[str, tuple[str, ...]]
"""Sources by directive of the Content Security Policy: `{"img-src": ("https://example.com",)}`."""

_SELF = ("'self'",)
_POLICY: ContentSecurity = {
    "default-src": ("'none'",),
    "script-src": _SELF,
    "style-src": _SELF,
    "img-src": _SELF,
    "connect-src": _SELF,
    "manifest-src": _SELF,
    "worker-src": _SELF,
    "form-action": _SELF,
    "base-uri": ("'none'",),
    "frame-ancestors": ("'none'",),
}
_FIXED = ("default-src", "base-uri")
_EXECUTED = ("script-src", "style-src", "worker-src")
_DIRECTIVES = {*_POLICY, "font-src", "frame-src", "media-src"} - {*_FIXED}
"""The directives that may get sources. Without `font-src` and its like, `default-src` counts."""

_HOST = r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?"
_HTTPS_ORIGIN = re.compile(rf"'self'|https://{_HOST}")
_SOURCE = re.compile(rf"'self'|https?://{_HOST}|(https|data|blob):")


class SecurityHeaders:
    """The security headers of a response, with these sources added to the policy.

    Raises DeclarationError for a source that would open more than an origin, a scheme or `'self'`;
    of scripts, workers and styles, more than `'self'` or an origin with https.
    """

    def __init__(self, added: ContentSecurity | None = None) -> None:
        self._added = added or {}
        for directive, sources in self._added.items():
            _check(directive, sources)
        policy = {
            directive: tuple(dict.fromkeys((*_POLICY.get(directive, ()), *sources)))
            for directive, sources in {**dict.fromkeys(_POLICY, ()), **self._added}.items()
        }
        said = "; ".join(
            " ".join((directive, *(s for s in sources if s != "'none'" or len(sources) == 1)))
            for directive, sources in policy.items()
        )
        http: tuple[Header, ...] = (
            (b"content-security-policy", said.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"strict-origin-when-cross-origin"),
            (
                b"permissions-policy",
                b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            ),
        )
        https = (*http, (b"strict-transport-security", b"max-age=31536000"))
        self._headers = {"http": http, "https": https}
        self._lines = {scheme: header_lines(each) for scheme, each in self._headers.items()}

    def adding(self, sources: ContentSecurity) -> "SecurityHeaders":
        """The headers with these sources beside those that were added before."""
        both = {*self._added, *sources}
        return SecurityHeaders(
            {name: (*self._added.get(name, ()), *sources.get(name, ())) for name in sorted(both)}
        )

    def headers(self, scheme: str) -> tuple[Header, ...]:
        """The headers; HSTS only over TLS."""
        return self._headers[scheme]

    def lines(self, scheme: str) -> bytes:
        """The headers as lines on the wire."""
        return self._lines[scheme]


DEFAULT = SecurityHeaders()


def _check(directive: str, sources: tuple[str, ...]) -> None:
    if directive not in _DIRECTIVES:
        raise DeclarationError(
            f"content_security: {directive} is none of {', '.join(sorted(_DIRECTIVES))}"
        )
    executed = directive in _EXECUTED
    for source in sources:
        if not (_HTTPS_ORIGIN if executed else _SOURCE).fullmatch(source):
            takes = "'self' or an origin with https"
            if not executed:
                takes = "'self', an origin such as https://example.com, https:, data: or blob:"
            raise DeclarationError(f"content_security: {directive} takes {takes}, not {source}")
