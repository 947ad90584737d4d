"""What a strict parser finds in a stream of requests, and what the server may execute.

h11 shares no code with httptools, the server's parser. Where h11 is lenient (bare line feeds,
folded lines), this is not.
"""

import re
from dataclasses import dataclass, field
from enum import Enum, auto

import h11

from kirosample.http.protocol.head import HEAD_BYTES, HEAD_FIELDS
from tools.fuzz.streams import LAST

LARGEST_HEAD = 128 * 1024
_PLAIN_METHODS = frozenset((b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"OPTIONS"))
_PLAIN_TARGET = re.compile(rb"/[A-Za-z0-9_./?&=-]{0,2000}")
_PLAIN_FIELD = re.compile(
    rb"(?!proxy-connection:|content-length:(?:.*,| *[0-9]{10}))"
    rb"[a-z0-9-]+: ?[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?",
    re.IGNORECASE,
)
_FRAMING = re.compile(rb"(?:content-length|transfer-encoding|host) *:", re.IGNORECASE)
_ORIGIN = re.compile(rb"[a-z][a-z0-9+.-]*://[^/?#]*", re.IGNORECASE)

Request = tuple[str, str]
"""A method and a target of path and query; empty for CONNECT."""


class End(Enum):
    """Why parsing ends."""

    DATA = auto()
    """Everything was parsed."""
    PARTIAL = auto()
    """The last request is incomplete."""
    MALFORMED = auto()
    CLOSE = auto()
    """No request follows the last one: `Connection: close`, or HTTP/1.0."""
    UPGRADE = auto()
    """The last request is an upgrade or CONNECT: what follows is not HTTP."""
    UPGRADE_WITH_BODY = auto()
    """The same with a body, which must be refused."""


@dataclass(slots=True)
class Expected:
    """The requests that may be executed, in order."""

    requests: list[Request] = field(default_factory=list)
    owed: int = 0
    """How many of them the server must respond to, whatever follows."""
    end: End = End.DATA
    plain: bool = True
    """Whether the server has no reason to refuse anything, except an upgrade."""


def expected(data: bytes) -> Expected:
    """The requests in these bytes, sent over one connection."""
    found = Expected()
    while rest := data.lstrip(b"\r\n"):  # RFC 9112, 2.2
        if len(rest) != len(data):
            found.plain = False
        data = _one(rest, found)
        if found.plain and found.end not in (End.PARTIAL, End.UPGRADE_WITH_BODY):
            found.owed = len(found.requests)
        if found.end is not End.DATA:
            break
    return found


def _one(data: bytes, found: Expected) -> bytes:
    """Parse the first request, and return what follows it."""
    head, blank, _ = data.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    if not blank:
        found.plain = False
        return _ends(found, End.PARTIAL)
    if len(head) > HEAD_BYTES or len(lines) - 1 > HEAD_FIELDS:
        return _ends(found, End.MALFORMED)
    if any(line[:1] in (b" ", b"\t") or re.search(rb"[\r\n]", line) for line in lines):
        return _ends(found, End.MALFORMED)
    parser = h11.Connection(h11.SERVER, max_incomplete_event_size=LARGEST_HEAD)
    # By RFC 9112, 3 a server may accept several spaces in the request line.
    parser.receive_data(re.sub(rb" +", b" ", lines[0]) + data[len(lines[0]) :])
    try:
        request = parser.next_event()
        if not isinstance(request, h11.Request) or request.http_version not in (b"1.0", b"1.1"):
            return _ends(found, End.MALFORMED)
        method, fields = request.method.decode("latin-1"), dict(request.headers)
        upgrade = method == "CONNECT" or b"upgrade" in fields
        if upgrade and (b"transfer-encoding" in fields or int(fields.get(b"content-length", 0))):
            return _ends(found, End.UPGRADE_WITH_BODY)
        found.plain = found.plain and _is_plain(request, lines)
        target = ""
        if method != "CONNECT":
            path = _ORIGIN.sub(b"", request.target, count=1).partition(b"#")[0] or b"/"
            target = path.removesuffix(b"?").decode("latin-1")
        found.requests.append((method, target))
        chunks = _chunks(parser)
    except h11.RemoteProtocolError:
        return _ends(found, End.MALFORMED)
    if chunks is None:
        found.plain = found.plain and b"transfer-encoding" not in fields
        return _ends(found, End.PARTIAL)
    rest = parser.trailing_data[0]
    if b"transfer-encoding" in fields:
        sent = data[len(head) + 4 : len(data) - len(rest)]
        found.plain = found.plain and sent == chunks
    connection = b",".join(value for name, value in request.headers if name == b"connection")
    options = {option.strip().lower() for option in connection.split(b",")}
    if upgrade:
        # Without `Connection: Upgrade` the field has no meaning: the server may continue or not.
        if method == "CONNECT" or (b"upgrade" in options and fields[b"upgrade"]):
            return _ends(found, End.UPGRADE)
        found.plain = False
    if b"close" in options or request.http_version < b"1.1" or target.startswith(LAST):
        found.plain = found.plain and not rest
        return _ends(found, End.CLOSE)
    return rest


def _ends(found: Expected, end: End) -> bytes:
    found.end = end
    if end is End.MALFORMED:
        found.plain = False
    return b""


def _chunks(parser: h11.Connection) -> bytes | None:
    """The body in canonical chunks; None if its end is missing."""
    chunks, chunk = [], b""
    while True:
        event = parser.next_event()
        if isinstance(event, h11.Data):
            chunk += event.data
            if event.chunk_end:
                chunks.append(b"%x\r\n%b\r\n" % (len(chunk), chunk))
                chunk = b""
        elif isinstance(event, h11.EndOfMessage):
            if len(event.headers) > HEAD_FIELDS:
                raise h11.RemoteProtocolError("too many trailers")
            return b"".join((*chunks, b"0\r\n\r\n"))
        else:
            return None


def _is_plain(request: h11.Request, lines: list[bytes]) -> bool:
    names = [name for name, _ in request.headers]
    return (
        request.method in _PLAIN_METHODS  # httptools does not parse CONNECT's target
        and bool(_PLAIN_TARGET.fullmatch(request.target))
        and sum(bool(_FRAMING.match(line)) for line in lines) <= 2
        and names.count(b"host") == 1
        and not (b"transfer-encoding" in names and request.http_version == b"1.0")
        and all(_PLAIN_FIELD.fullmatch(line) for line in lines[1:])
    )
