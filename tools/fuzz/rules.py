"""The rules that each stream must keep, with h11 as a strict parser.

h11 shares no code with httptools, the server's parser. Where h11 is lenient (bare line feeds,
folded lines), this is not.
"""

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import h11

from ishizue.http.protocol.head import HEAD_BYTES, HEAD_FIELDS
from tools.fuzz.streams import LAST, Stream
from tools.fuzz.target import Heard, Request

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Broken(Exception):
    """A stream breaks a rule."""


@dataclass(slots=True)
class Expected:
    """The requests that may be executed, in order."""

    requests: list[Request] = field(default_factory=list)
    closes: bool = False
    """Whether the server must close: `Connection: close`, HTTP/1.0, an upgrade, CONNECT."""
    refuses: bool = False
    """Whether the next one is an upgrade with a body, which must be refused."""


def expected(data: bytes) -> Expected:
    """The requests in these bytes, sent over one connection."""
    allowed = Expected()
    while (data := data.lstrip(b"\r\n")) and not allowed.closes:  # RFC 9112, 2.2
        try:
            data = _first(data, allowed)
        except h11.RemoteProtocolError:
            break
    return allowed


def _first(data: bytes, allowed: Expected) -> bytes:
    """Parse the first request, and return what follows it. Raises RemoteProtocolError."""
    head, blank, _ = data.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    odd = any(line[:1] in (b" ", b"\t") or re.search(rb"[\r\n]", line) for line in lines)
    if not blank or odd or len(head) > HEAD_BYTES or len(lines) - 1 > HEAD_FIELDS:
        raise h11.RemoteProtocolError("no valid head")
    parser = h11.Connection(h11.SERVER, max_incomplete_event_size=2 * HEAD_BYTES)
    # By RFC 9112, 3 a server may accept several spaces in the request line. Raw UTF-8 is ours.
    line = re.sub(rb" +", b" ", lines[0])
    if not line.isascii():
        try:
            line = quote(line.decode(), safe=string.printable).encode()
        except UnicodeDecodeError:
            raise h11.RemoteProtocolError("no UTF-8") from None
    parser.receive_data(line + data[len(lines[0]) :])
    request = parser.next_event()
    if not isinstance(request, h11.Request) or request.http_version not in (b"1.0", b"1.1"):
        raise h11.RemoteProtocolError("no valid request line")
    fields = dict(request.headers)
    tunnel = request.method == b"CONNECT"
    if (tunnel or b"upgrade" in fields) and (
        b"transfer-encoding" in fields or int(fields.get(b"content-length", 0))
    ):
        allowed.closes = True
        allowed.refuses = True
        return b""
    path = re.sub(rb"\A[a-z][a-z0-9+.-]*://[^/?#]*", b"", request.target, flags=re.IGNORECASE)
    target = b"" if tunnel else (path.partition(b"#")[0] or b"/").removesuffix(b"?")
    allowed.requests.append((request.method.decode("latin-1"), target.decode("latin-1")))
    while isinstance(event := parser.next_event(), h11.Data):
        pass
    if not isinstance(event, h11.EndOfMessage):
        return b""
    if len(event.headers) > HEAD_FIELDS:
        raise h11.RemoteProtocolError("too many trailers")
    connection = b",".join(value for name, value in request.headers if name == b"connection")
    options = {option.strip().lower() for option in connection.split(b",")}
    # Without `Connection: Upgrade` the field has no meaning: the server may continue or not.
    upgrade = tunnel or (b"upgrade" in options and fields.get(b"upgrade", b"") != b"")
    last = b"close" in options or target.startswith(LAST.encode())
    allowed.closes = upgrade or last or request.http_version == b"1.0"
    return parser.trailing_data[0]


def _responses(data: bytes, executed: list[Request]) -> Iterator[tuple[h11.Response, bytes]]:
    """The responses to these requests and further ones, with their bodies.

    Raises RemoteProtocolError for one that cannot be parsed or is cut off.
    """
    methods = iter(method for method, _ in executed)
    while data := data.removeprefix(_CONTINUE):
        method = "HEAD" if next(methods, "") == "HEAD" else "GET"
        client = h11.Connection(h11.CLIENT)
        client.send(h11.Request(method=method, target="/", headers=[("Host", "x")]))
        client.send(h11.EndOfMessage())
        client.receive_data(data)
        client.receive_data(b"")  # nothing follows
        events = list[Any]()
        while not isinstance(event := client.next_event(), h11.EndOfMessage):
            events.append(event)
        [response] = [event for event in events if isinstance(event, h11.Response)]
        yield response, b"".join(event.data for event in events if isinstance(event, h11.Data))
        data = client.trailing_data[0]


def check(stream: Stream, fast: Heard, plain: Heard) -> None:
    """Raises Broken, which names the rule that one of the servers broke."""
    allowed = expected(b"".join(stream.reads))
    for name, heard in (("with the fast path", fast), ("without it", plain)):
        try:
            _check(stream, allowed, heard)
        except (Broken, h11.RemoteProtocolError) as error:
            raise Broken(f"{name}: {error}") from None
    # Until the rest of it arrives, an odd request may have been started or not.
    if stream.settled or len(stream.reads) == 1 or stream.owed == len(allowed.requests):
        for what in ("executed", "closed", "data"):
            with_it = getattr(fast, what)
            without = getattr(plain, what)
            if with_it != without:
                raise Broken(f"{what} with the fast path: {with_it!r}\nwithout it: {without!r}")


def _check(stream: Stream, allowed: Expected, heard: Heard) -> None:
    executed = heard.executed
    requests = allowed.requests
    owed = min(stream.owed, len(requests))
    responses = list(_responses(heard.data, executed))
    refusals = [response.status_code for response, _ in responses[len(executed) :]]

    def require(holds: bool, why: str) -> None:
        if not holds:
            raise Broken(f"{why}: {executed} of {requests}, sent {heard.data[-300:]!r}")

    require(executed == requests[: len(executed)], "an invalid request was executed")
    require(not heard.stuck, "a request waits forever")
    require(len(executed) >= owed, "a request was not executed")
    require(len(executed) == len(requests) or heard.closed, "a request was lost")
    require(len(responses) >= owed, "a request was not answered")
    require(heard.closed or not allowed.closes, "the connection was not closed")
    require(len(refusals) <= 1, "too many responses")
    refused = all(400 <= status < 500 and heard.closed for status in refusals)
    require(refused, "no refusal at the end")
    for (method, target), (response, body) in zip(executed, responses, strict=False):
        require(response.status_code != 500, "an error of the server")
        if (b"x-echo", b"1") in response.headers and method not in ("HEAD", "CONNECT"):
            own = body.startswith(f"{method} {target} ".encode("latin-1"))
            require(own, "another request's response")
    for response, _ in responses[:-1]:
        require((b"connection", b"close") not in response.headers, "a response after the last one")
    if allowed.refuses and stream.owed >= len(requests):
        require(bool(refusals), "an upgrade with a body was not refused")
