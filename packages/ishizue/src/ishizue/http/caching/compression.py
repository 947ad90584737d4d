"""gzip for clients that take it: pages are a quarter as long over a slow connection."""

import gzip
import re

from starlette.requests import Request

_LEVEL = 3
"""Every search makes a page. Level 4 takes half as long again as 3 for 5 % less, and 6 three times
as long for 9 % less."""

_LEVEL_OF_LONG = 2
_LASTING_LEVEL = 6
_QUICK_LEVEL = 1

_LONG = 64 * 1024
"""Bytes from which a page is long: a hundred quotes, a calendar."""

_GZIP = re.compile(rb"gzip(?<![^, \t]gzip)[ \t]*(?:;([^,]*))?(?:,|$)")
"""The coding and its weight, in lower case. A pattern that begins with text is found quickly."""


def takes_gzip(accept_encoding: bytes) -> bool:
    """Whether the client that sent this `Accept-Encoding` takes gzip (RFC 9110, 12.5.3)."""
    if accept_encoding.lstrip().startswith(b"gzip,"):  # as browsers write it
        return True
    found = _GZIP.search(accept_encoding.lower())
    weight = found[1] if found else b"q="
    return not weight or weight.replace(b" ", b"").rstrip(b"0.") != b"q="


def accepts_gzip(request: Request) -> bool:
    """Whether the client of this request takes gzip."""
    return takes_gzip(request.headers.get("accept-encoding", "").encode("latin-1"))


def compressed(body: bytes, *, quickly: bool = False, lasting: bool = False) -> bytes | None:
    """The gzipped body, deterministic; None if that saves less than half.

    `quickly` is for a body that is sent once: a tenth longer, in half the time. `lasting` is for a
    file that is compressed once, at the start.
    """
    usual = _LEVEL_OF_LONG if len(body) > _LONG else _LEVEL
    level = _QUICK_LEVEL if quickly else _LASTING_LEVEL if lasting else usual
    packed = gzip.compress(body, level, mtime=0)
    return packed if len(packed) <= len(body) // 2 else None
