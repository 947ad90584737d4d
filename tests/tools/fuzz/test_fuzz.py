"""A short run of `make fuzz`, what its oracle finds in a stream, and a fault that it finds."""

import secrets

import pytest

from ishizue.http.protocol import parsing
from tools.fuzz.__main__ import fuzz
from tools.fuzz.rules import Broken, expected

GET = b"GET /echo?1 HTTP/1.1\r\nHost: localhost\r\n"
NEXT = b"DELETE /echo?2 HTTP/1.1\r\nHost: localhost\r\n\r\n"
UPGRADE = b"Connection: Upgrade\r\nUpgrade: h2c\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(NEXT)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CHUNKS = b"%x\r\n%b\r\n0\r\n\r\n" % (len(NEXT), NEXT)


def test_a_short_run_finds_nothing() -> None:
    seen = fuzz(secrets.randbelow(2**32), seconds=0)
    assert min(seen["fast"], seen["refused"]) > 0


def test_a_request_smuggled_in_a_body_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "ambiguity", lambda *_, **__: None)
    with pytest.raises(Broken, match="an invalid request was executed"):
        fuzz(3, seconds=60)


ORACLE = {
    "two requests": (GET + b"\r\n" + NEXT, 2, False),
    "a length": (GET + LENGTH + b"\r\n" + NEXT, 1, False),
    "chunks": (GET + CHUNKED + b"\r\n" + CHUNKS + NEXT, 2, False),
    "an incomplete head": (GET + b"\r\n" + NEXT[:-1], 1, False),
    "the last one": (GET + b"Connection: close\r\n\r\n" + NEXT, 1, True),
    "HTTP/1.0": (GET.replace(b"1.1", b"1.0") + b"\r\n" + NEXT, 1, True),
    "an upgrade": (GET + UPGRADE + b"\r\n" + NEXT, 1, True),
    "CONNECT": (GET.replace(b"GET", b"CONNECT") + b"\r\n" + NEXT, 1, True),
    "an upgrade, a length": (GET + UPGRADE + LENGTH + b"\r\n" + NEXT, 0, True),
    "a bare line feed": (GET + b"A: b\nC: d\r\n\r\n", 0, False),
    "a folded line": (GET + b"A: b\r\n c\r\n\r\n", 0, False),
    "two Hosts": (GET + b"Host: localhost\r\n\r\n", 0, False),
    "two lengths": (GET + LENGTH + b"Content-Length: 0\r\n\r\n", 0, False),
    "gzip": (GET + b"Transfer-Encoding: gzip, chunked\r\n\r\n", 0, False),
}


@pytest.mark.parametrize("case", ORACLE)
def test_the_oracle_finds_the_requests_that_may_be_executed(case: str) -> None:
    data, executed, closes = ORACLE[case]
    allowed = expected(data)
    methods = [data.split(b" ")[0].decode(), "DELETE"]
    assert [method for method, _ in allowed.requests] == methods[:executed]
    assert allowed.closes is closes
