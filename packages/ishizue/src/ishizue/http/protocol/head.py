"""Request heads: their bounds, the fields that the fast path needs, and what makes one ambiguous.

The fast path finds a field by its lowered name, as below, in the lowered head. The parser has found
the head well-formed, which makes that safe: no folded line, no bare line feed, no space in a name.
Values are as they came; a missing one is empty.
"""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote_to_bytes

from ishizue.http.wire import Header

TARGET_BYTES = 8 * 1024
"""Maximum size of the request target: path and query."""

HEAD_BYTES = 64 * 1024
"""Maximum size of the request line plus headers, and of a chunked body's framing and trailers."""

HEAD_FIELDS = 100
"""Maximum number of header fields, and of trailer fields."""

VALUE_BYTES = 1024
"""Maximum size of a field's value that is looked at: a longer one counts as absent.

Exceptions are below. A head with a longer one is not for the fast path.
"""

_AGENT_BYTES = 512
"""Maximum size of a `User-Agent`; Instagram's has 280 bytes."""

LONG_BYTES = min(VALUE_BYTES, _AGENT_BYTES)
"""A value up to this size always counts."""

_OF_ANY_LENGTH = (b"cookie", b"origin", b"sec-fetch-site")
"""An absent `Origin` or `Sec-Fetch-Site` is accepted, so a long one may not count as absent."""

_FRAMING = (b"host", b"connection", b"content-length", b"transfer-encoding", b"upgrade")
"""They say where a request ends and for whom it is: a request with a long one is refused."""

HOST = b"\r\nhost:"
_ACCEPT_ENCODING = b"\r\naccept-encoding:"
_IF_NONE_MATCH = b"\r\nif-none-match:"
_FORWARDED_PROTO = b"\r\nx-forwarded-proto:"
_FORWARDED_FOR = b"\r\nx-forwarded-for:"
_TRACE = b"\r\nx-amzn-trace-id:"
_USER_AGENT = b"\r\nuser-agent:"

Forwarded = tuple[bytes, bytes, bytes]
"""A proxy's fields: the last `X-Forwarded-Proto`, the last `-For`, the first trace id."""

NOT_FORWARDED: Forwarded = (b"", b"", b"")


def conditions(head: bytes, lowered: bytes) -> tuple[bytes, bytes]:
    """The first `Accept-Encoding` and the first `If-None-Match`."""
    accepted = tags = b""
    if (at := lowered.find(_ACCEPT_ENCODING)) >= 0:
        accepted = head[at + len(_ACCEPT_ENCODING) : head.find(b"\r\n", at + 2)]
    if (at := lowered.find(_IF_NONE_MATCH)) >= 0:
        tags = head[at + len(_IF_NONE_MATCH) : head.find(b"\r\n", at + 2)]
    return accepted, tags


def forwarded(head: bytes, lowered: bytes) -> Forwarded:
    """What a proxy says of its client."""
    proto = addresses = trace = b""
    if (at := lowered.rfind(_FORWARDED_PROTO)) >= 0:
        proto = head[at + len(_FORWARDED_PROTO) : head.find(b"\r\n", at + 2)]
    if (at := lowered.rfind(_FORWARDED_FOR)) >= 0:
        addresses = head[at + len(_FORWARDED_FOR) : head.find(b"\r\n", at + 2)]
    if (at := lowered.find(_TRACE)) >= 0:
        trace = head[at + len(_TRACE) : head.find(b"\r\n", at + 2)]
    return proto, addresses, trace


def agent(head: bytes, lowered: bytes) -> bytes:
    """The first `User-Agent`, as it came, unless it is too long to count."""
    at = lowered.find(_USER_AGENT)
    value = head[at + len(_USER_AGENT) : head.find(b"\r\n", at + 2)] if at >= 0 else b""
    return value if len(value) <= _AGENT_BYTES else b""


def counting(name: bytes, value: bytes) -> bytes | None:
    """What counts of a value over `LONG_BYTES`, or None. Raises ValueError to refuse the request.

    Of `X-Forwarded-For` the end counts, which proxies have written.
    """
    if name in _OF_ANY_LENGTH:
        return value
    if name == b"x-forwarded-for":
        return value[-VALUE_BYTES:]
    if len(value) <= (_AGENT_BYTES if name == b"user-agent" else VALUE_BYTES):
        return value
    if name in _FRAMING:
        raise ValueError(f"The value of {name.decode()} is over {VALUE_BYTES} bytes.")
    return None


def has_long_line(head: bytes) -> bool:
    """Whether a value may be over `VALUE_BYTES`. Most heads are shorter than that."""
    at = 0
    while at + VALUE_BYTES < len(head):
        at = head.rfind(b"\r\n", at + 1, at + VALUE_BYTES)
        if at < 0:
            return True
    return False


def percent_encoded(line: bytes) -> bytes:
    """The line with every byte from 0x80 percent-encoded (RFC 3986, 2.1)."""
    return re.sub(rb"[\x80-\xff]", lambda match: b"%%%02X" % ord(match[0]), line)


def is_utf8(target: bytes) -> bool:
    """Whether a percent-encoded target is text."""
    try:
        unquote_to_bytes(target).decode()
    except UnicodeDecodeError:
        return False
    return True


def ambiguity(
    headers: Sequence[Header], first: Mapping[bytes, bytes], version: str, *, upgrades: bool
) -> str:
    """Why two servers could disagree on what this request is or where it ends; else empty.

    The parser ignores the body of CONNECT and of a request that offers to upgrade, whatever its
    headers say: what a proxy forwards as a body would be read as the next request.
    """
    if version not in ("1.0", "1.1"):
        return "Neither HTTP/1.0 nor HTTP/1.1."
    if len(first) < len(headers) and [name for name, _ in headers].count(b"host") > 1:
        return "More than one Host header field."
    if b"host" not in first and version == "1.1":
        return "No Host header field."
    if b"transfer-encoding" in first:
        codings = [value.lower() for name, value in headers if name == b"transfer-encoding"]
        if codings != [b"chunked"] or b"content-length" in first:
            return "A Transfer-Encoding other than chunked alone."  # RFC 9112, 6.3
    if upgrades or b"upgrade" in first:
        for name, value in headers:
            if name == b"transfer-encoding" or (name == b"content-length" and value.strip(b" \t0")):
                return "An Upgrade header field, or CONNECT, with a body."
    return ""
