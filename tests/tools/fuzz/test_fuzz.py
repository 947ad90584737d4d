"""A short run of `make fuzz`, its oracle and its shrinking."""

import secrets
from collections import deque
from collections.abc import Iterator

import pytest

from tools.fuzz.check import check
from tools.fuzz.fuzz import fuzz
from tools.fuzz.oracle import End, expected
from tools.fuzz.pair import Pair, pair
from tools.fuzz.shrink import shrink
from tools.fuzz.streams import Stream

GET = b"GET /echo?1 HTTP/1.1\r\nHost: localhost\r\n"
NEXT = b"DELETE /echo?2 HTTP/1.1\r\nHost: localhost\r\n\r\n"
UPGRADE = b"Connection: Upgrade\r\nUpgrade: h2c\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(NEXT)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CHUNKS = b"%x\r\n%b\r\n0\r\n\r\n" % (len(NEXT), NEXT)


@pytest.fixture(scope="module")
def servers() -> Iterator[Pair]:
    with pair() as both:
        yield both


@pytest.mark.parametrize("seed", [12, None], ids=["fixed", "fresh"])
def test_a_short_run_finds_nothing(servers: Pair, seed: int | None) -> None:
    chosen = secrets.randbelow(2**32) if seed is None else seed  # a failure names it
    [seen] = deque(fuzz(servers, chosen, seconds=20, streams=200), maxlen=1)
    assert seen.fast > 0
    assert seen.upgrades > 0
    assert seen.refused > 0


ORACLE = {
    "two requests": (GET + b"\r\n" + NEXT, 2, End.DATA),
    "a length": (GET + LENGTH + b"\r\n" + NEXT, 1, End.DATA),
    "chunks": (GET + CHUNKED + b"\r\n" + CHUNKS + NEXT, 2, End.DATA),
    "an incomplete head": (GET + b"\r\n" + NEXT[:-1], 1, End.PARTIAL),
    "an incomplete body": (GET + LENGTH + b"\r\n" + NEXT[:-1], 1, End.PARTIAL),
    "the last one": (GET + b"Connection: close\r\n\r\n" + NEXT, 1, End.CLOSE),
    "HTTP/1.0": (GET.replace(b"1.1", b"1.0") + b"\r\n" + NEXT, 1, End.CLOSE),
    "an upgrade": (GET + UPGRADE + b"\r\n" + NEXT, 1, End.UPGRADE),
    "CONNECT": (GET.replace(b"GET", b"CONNECT") + b"\r\n" + NEXT, 1, End.UPGRADE),
    "an upgrade, a length": (GET + UPGRADE + LENGTH + b"\r\n" + NEXT, 0, End.UPGRADE_WITH_BODY),
    "an upgrade, chunks": (GET + UPGRADE + CHUNKED + b"\r\n" + CHUNKS, 0, End.UPGRADE_WITH_BODY),
    "a bare line feed": (GET + b"A: b\nC: d\r\n\r\n", 0, End.MALFORMED),
    "a folded line": (GET + b"A: b\r\n c\r\n\r\n", 0, End.MALFORMED),
    "two Hosts": (GET + b"Host: localhost\r\n\r\n", 0, End.MALFORMED),
    "too many fields": (GET + b"A: b\r\n" * 100 + b"\r\n" + NEXT, 0, End.MALFORMED),
    "two lengths": (GET + LENGTH + b"Content-Length: 0\r\n\r\n", 0, End.MALFORMED),
    "gzip": (GET + b"Transfer-Encoding: gzip, chunked\r\n\r\n", 0, End.MALFORMED),
    "HTTP/2.0": (GET.replace(b"1.1", b"2.0") + b"\r\n", 0, End.MALFORMED),
}


@pytest.mark.parametrize("case", ORACLE)
def test_the_oracle_finds_the_requests_that_may_be_executed(case: str) -> None:
    data, executed, end = ORACLE[case]
    found = expected(data)
    assert [method for method, _ in found.requests] == [data.split(b" ")[0].decode(), "DELETE"][
        :executed
    ]
    assert found.end is end


def test_a_request_is_owed_a_response_whatever_follows_it() -> None:
    for behind in (b"rubbish\r\n\r\n", GET + b"\r\n"[:1], GET + CHUNKED + b"\r\nx"):
        assert expected(GET + b"\r\n" + NEXT + behind).owed == 2


def test_an_executed_request_that_the_oracle_forbids_is_found(
    servers: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = Stream(GET + LENGTH + b"\r\n" + NEXT)
    assert check(servers, stream) is None
    monkeypatch.setattr("tools.fuzz.check.expected", lambda _: expected(GET))
    found = check(servers, stream)
    assert found
    assert found.rule.startswith("an invalid request was executed")


def test_a_failing_stream_is_shrunk() -> None:
    data = GET + b"\r\n" + GET + UPGRADE + b"\r\n" + NEXT
    stream = Stream(data, starts=(0, 45), cuts=(10, 20, 60, len(data) - len(NEXT)), settled=False)
    least = shrink(stream, lambda smaller: any(read[:6] == b"DELETE" for read in smaller.reads()))
    assert least.reads() == [b"DELETE"]
    assert least.settled
