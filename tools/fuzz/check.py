"""The rules that each stream must keep."""

from dataclasses import dataclass
from itertools import zip_longest

import h11

from tools.fuzz.oracle import End, Expected, expected
from tools.fuzz.pair import Heard, Pair
from tools.fuzz.streams import Stream


@dataclass(frozen=True, slots=True)
class Finding:
    rule: str
    detail: str


@dataclass(slots=True)
class Seen:
    streams: int = 0
    executed: int = 0
    fast: int = 0
    refused: int = 0
    upgrades: int = 0

    def text(self) -> str:
        return (
            f"{self.streams:,} streams, {self.upgrades:,} with upgrades, {self.refused:,} refused, "
            f"{self.executed:,} requests, {self.fast:,} of them on the fast path"
        )


def check(pair: Pair, stream: Stream, seen: Seen | None = None) -> Finding | None:
    """The first broken rule, if any."""
    finding = _check(pair, stream, patient=False, seen=seen)
    # A finding that depends on timing must reproduce with enough time.
    return _check(pair, stream, patient=True) if finding else None


def _check(
    pair: Pair, stream: Stream, *, patient: bool, seen: Seen | None = None
) -> Finding | None:
    reads, settled = stream.reads(), stream.settled
    fast = pair.fast.hear(reads, settled=settled, patient=patient)
    plain = pair.plain.hear(reads, settled=settled, patient=patient)
    may = expected(stream.data)
    if seen:
        seen.streams += 1
        seen.executed += len(fast.executed)
        seen.fast += fast.fast
        seen.refused += b"HTTP/1.1 400 " in fast.data
        seen.upgrades += may.end in (End.UPGRADE, End.UPGRADE_WITH_BODY)
    for path, heard in (("fast path", fast), ("past the fast path", plain)):
        if found := _broken(pair, may, heard):
            return Finding(found[0], f"{path}: {found[1]}")
    # Before the rest of it arrives, a request may have been started or not.
    same = settled or len(reads) == 1 or may.plain or may.owed == len(may.requests)
    if same and (detail := _difference(fast, plain)):
        return Finding("the fast path differs", detail)
    return None


def _difference(fast: Heard, plain: Heard) -> str:
    """Where the responses of the two servers differ; empty if they do not."""
    if (fast.executed, fast.closed) != (plain.executed, plain.closed):
        one, other = ((heard.executed, heard.closed) for heard in (fast, plain))
        return f"executed, and whether closed: with it {one}; without it {other}"
    if fast.data == plain.data:
        return ""
    pairs = enumerate(zip_longest(fast.data, plain.data))
    at = next(at for at, (one, other) in pairs if one != other)
    near = slice(max(0, at - 60), at + 100)
    return f"after {at} bytes; with it …{fast.data[near]!r}\nwithout it …{plain.data[near]!r}"


def _broken(pair: Pair, may: Expected, heard: Heard) -> tuple[str, str] | None:
    executed, requests = heard.executed, may.requests
    if executed != requests[: len(executed)]:
        rule = f"an invalid request was executed, in a stream that ends with {may.end.name}"
        return rule, f"{executed}, of {requests}"
    if heard.errors:
        return "an error was logged", "; ".join(heard.errors)
    if len(executed) < may.owed or (may.plain and executed != requests):
        return "a request was not executed", f"{executed}, of {requests}: {heard.data[-300:]!r}"
    if len(executed) < len(requests) and not heard.closed:
        return "a request was lost", f"{executed}, of {requests}, and the connection is open"
    if may.end in (End.CLOSE, End.UPGRADE, End.UPGRADE_WITH_BODY) and not heard.closed:
        return "the connection was not closed", f"{may.end}: {heard.data[-300:]!r}"
    try:
        responses = _responses(heard.data, [method for method, _ in executed])
    except (h11.RemoteProtocolError, ValueError) as error:
        return "a response cannot be parsed", f"{error}: {heard.data[-300:]!r}"
    for (method, target), response in zip(executed, responses, strict=False):
        if not _matches(pair, method, target, response):
            return "another request's response", f"{method} {target}: {response}"
    return _count(may, heard, responses)


def _count(may: Expected, heard: Heard, responses: list["Response"]) -> tuple[str, str] | None:
    """Require a response to each request that is owed one, and at most a refusal after them."""
    executed = heard.executed
    detail = f"{executed}: {[response.status for response in responses]}"
    refusals = [response.status for response in responses[len(executed) :]]
    if len(refusals) > 1 or (refusals and not (400 <= refusals[0] < 500 and heard.closed)):
        return "too many responses", detail
    if any(response.last for response in responses[:-1]):
        return "a response after the last one", detail
    if len(responses) < may.owed:
        return "a request was not answered", detail
    if may.end is End.UPGRADE_WITH_BODY and may.owed == len(may.requests):
        if refusals not in ([400], [414], [431]):
            return "an upgrade with a body was not refused", detail
    elif may.plain and len(responses) < len(executed) - (may.end is End.PARTIAL):
        return "a request was not answered", detail
    return None


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    body: bytes
    echo: bool
    last: bool
    """Whether it has `Connection: close`."""


def _responses(data: bytes, methods: list[str]) -> list[Response]:
    """The responses to these requests, and further ones. Raises if one is incomplete."""
    responses: list[Response] = []
    while data:
        head = len(responses) < len(methods) and methods[len(responses)] == "HEAD"
        client = h11.Connection(h11.CLIENT)
        client.send(
            h11.Request(method="HEAD" if head else "GET", target="/", headers=[("Host", "x")])
        )
        client.send(h11.EndOfMessage())
        client.receive_data(data)
        body, response = b"", None
        while not isinstance(event := client.next_event(), h11.EndOfMessage):
            if isinstance(event, h11.Response):
                response = event
            elif isinstance(event, h11.Data):
                body += event.data
            elif not isinstance(event, h11.InformationalResponse):
                if response or client.trailing_data[0]:
                    raise ValueError(f"cut off: {event}")
                return responses
        assert response
        headers = dict(response.headers)
        last = headers.get(b"connection", b"").lower() == b"close"
        responses.append(Response(response.status_code, body, b"x-echo" in headers, last))
        data = client.trailing_data[0]
    return responses


def _matches(pair: Pair, method: str, target: str, response: Response) -> bool:
    """Whether this can be the response to this request."""
    if response.status == 200 and response.echo and method not in ("HEAD", "CONNECT"):
        return response.body.startswith(f"{method} {target} ".encode("latin-1"))
    if response.status == 200 and method == "GET" and target in pair.pages:
        return response.body in pair.pages[target]
    return True
