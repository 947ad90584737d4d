"""What must hold for every stream."""

from dataclasses import dataclass

import h11
from tests.fuzz.oracle import End, Expected, expected
from tests.fuzz.pair import Heard, Pair
from tests.fuzz.streams import Stream


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a stream breaks."""

    rule: str
    detail: str


@dataclass(slots=True)
class Seen:
    """What the streams so far were good for."""

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
    """The first rule that is broken, if any is."""
    finding = _check(pair, stream, patient=False, seen=seen)
    # What depends on when a read comes must show itself again when there is time enough.
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
    # A read that comes early may cut off a response that the fast path has sent by then.
    if (settled or len(reads) == 1 or may.plain) and (detail := _difference(fast, plain)):
        return Finding("the fast path differs", detail)
    return None


def _difference(fast: Heard, plain: Heard) -> str:
    """Where the two servers' answers part; empty where they do not."""
    if (fast.executed, fast.closed) != (plain.executed, plain.closed):
        one, other = ((heard.executed, heard.closed) for heard in (fast, plain))
        return f"executed, and whether closed: with it {one}; without it {other}"
    if fast.data == plain.data:
        return ""
    at, until = 0, min(len(fast.data), len(plain.data))
    while at < until and fast.data[at] == plain.data[at]:
        at += 1
    near = slice(max(0, at - 60), at + 100)
    return f"after {at} bytes; with it …{fast.data[near]!r}\nwithout it …{plain.data[near]!r}"


def _broken(pair: Pair, may: Expected, heard: Heard) -> tuple[str, str] | None:
    executed, requests = heard.executed, may.requests
    if executed != requests[: len(executed)]:
        rule = f"what is no request was executed, in a stream that ends with {may.end.name}"
        return rule, f"{executed}, of {requests}"
    if heard.errors:
        return "an error was logged", "; ".join(heard.errors)
    if may.plain and executed != requests:
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
        if not _answers(pair, method, target, response):
            return "another request's response", f"{method} {target}: {response}"
    return _count(may, heard, responses)


def _count(may: Expected, heard: Heard, responses: list["Response"]) -> tuple[str, str] | None:
    """As many responses as requests, and at most a refusal behind them."""
    executed = heard.executed
    told = f"{executed}: {[response.status for response in responses]}"
    refusals = [response.status for response in responses[len(executed) :]]
    if len(refusals) > 1 or (refusals and not (400 <= refusals[0] < 500 and heard.closed)):
        return "too many responses", told
    if any(response.last for response in responses[:-1]):
        return "a response behind the last one", told
    if may.end is End.UPGRADE_WITH_BODY and len(executed) == len(may.requests):
        # A response under way is cut off: a refusal within it would be a part of it.
        if refusals not in ([400], [414], []) or (not refusals and not executed):
            return "an upgrade with a body was not refused", told
    elif may.plain and len(responses) < len(executed) - (may.end is End.PARTIAL):
        return "a request was not answered", told
    return None


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    body: bytes
    echo: bool
    last: bool
    """Whether it says that no other one follows."""


def _responses(data: bytes, methods: list[str]) -> list[Response]:
    """The responses to these requests, and those behind them. Raises where one is not complete."""
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


def _answers(pair: Pair, method: str, target: str, response: Response) -> bool:
    """Whether this can be the response to this request."""
    if response.status == 200 and response.echo and method not in ("HEAD", "CONNECT"):
        return response.body.startswith(f"{method} {target} ".encode("latin-1"))
    if response.status == 200 and method == "GET" and target in pair.pages:
        return response.body in pair.pages[target]
    return True
