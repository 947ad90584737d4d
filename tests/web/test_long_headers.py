"""A long header costs no more than one that nobody reads."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest

import ishizue
import kirosample
from ishizue.http.protocol.head import HEAD_BYTES, VALUE_BYTES
from ishizue.telemetry import RequestLog
from ishizue.testing.wire import connected, connection_of, hear
from kirosample.page_views import PageViews
from kirosample.routes import COUNTED
from tools.servers import SETTINGS, Running, serving

_READ = re.compile(
    r"""(?: headers (?:\.get|\.getlist)? [(\[] | \bname\ ==\ | \.count\( ) b?"([a-z-]+)"
    | b?"([a-z-]+)"\ (?:not\ )?in\ [\w.]*(?:headers|first)\b
    | b"\\r\\n([a-z-]+):" """,
    re.VERBOSE,
)
"""Where code reads a header of a request, or of a response, which costs only time here."""

_STAYS = "cookie"
"""Of any length: no cookie may be lost, and a test of its own has its cost."""

_MOST = 1.5
"""Times the CPU time of the same value in a header that nobody reads."""

_BURST = 12
_ATTEMPTS = 100
_TEXTS = (",", "0", " ;", "gzip,", "xgzip", "{etag},", "bo-cur", "127.0.0.1,")


def headers_read() -> set[str]:
    """The names of the headers that the code reads."""
    folders = (Path(package.__path__[0]) for package in (ishizue, kirosample))
    texts = (file.read_text(encoding="utf-8") for path in folders for file in path.rglob("*.py"))
    found = {name for text in texts for match in _READ.findall(text) for name in match if name}
    return found - {_STAYS}


@pytest.fixture(scope="module", params=[True, False], ids=["fast path", "ordinary path"])
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    """A portal behind a proxy that logs and counts all that it serves."""
    settings = replace(SETTINGS, trusted_proxies=(ip_network("127.0.0.0/8"),))
    log = RequestLog(lambda _: None, metrics=None)
    with serving(None, settings=settings, fast_path=request.param, log=log) as running:
        service = running.app.service
        counted = PageViews(COUNTED, service.application.route_of, Counter()).served
        service.call_when_served(counted)
        yield running


class _Meter:
    """Measures the CPU time of the server's thread."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._bursts = 0
        with connected(running) as client:
            self._loop = connection_of(running, client).loop

    def _cpu(self) -> float:
        async def now() -> float:
            return time.thread_time()

        return asyncio.run_coroutine_threadsafe(now(), self._loop).result(20)

    def burst(self, request: bytes, *, is_refused: bool) -> float:
        """The time of some requests one after the other, those that are refused each anew.

        Each has another value, which no cache knows.
        """
        self._bursts += 1
        numbers = range(self._bursts * _BURST, (self._bursts + 1) * _BURST)
        requests = [request.replace(b"NUMBER", b"%06d" % number) for number in numbers]
        began = self._cpu()
        for part in [[one] for one in requests] if is_refused else [requests]:
            with connected(self._running) as client:
                for one in part:
                    client.sendall(one)
                    hear(client)
        return self._cpu() - began

    def is_refused(self, request: bytes) -> bool:
        with connected(self._running) as client:
            client.sendall(request)
            return b"\r\nconnection: close\r\n" in hear(client)

    def ratio(self, line: str, name: str, value: str, fields: int) -> float:
        """The CPU time of a request, in times of one with a header that nobody reads.

        The fast path refuses nothing.
        """
        request = _request(line, name, value, fields)
        is_refused = self.is_refused(request)
        usual = _request(line + "?-" * is_refused, "x-unknown", value, fields)
        least = least_usual = float("inf")
        for _ in range(_ATTEMPTS):
            least = min(least, self.burst(request, is_refused=is_refused))
            least_usual = min(least_usual, self.burst(usual, is_refused=is_refused))
            if least <= _MOST * least_usual:
                break
        return least / least_usual


def _request(line: str, name: str, value: str, fields: int) -> bytes:
    needed = {"host": "x"} | ({"content-length": "0"} if line.startswith("POST") else {})
    others = "".join(f"{other}: {usual}\r\n" for other, usual in needed.items() if other != name)
    long = f"{name}: {value}\r\n" * fields
    return f"{line} HTTP/1.1\r\n{others}{long}\r\n".encode()


@pytest.mark.slow(seconds=30)
@pytest.mark.parametrize("line", ["GET /date", "POST /birthday"])
def test_no_header_costs_more_than_half_as_much_again_as_one_that_nobody_reads(
    running: Running, line: str
) -> None:
    names = headers_read()
    assert {"host", "origin", "user-agent", "content-type", "x-forwarded-for"} < names
    etag = running.client.get("/date", headers={"accept-encoding": "identity"}).headers["etag"]
    meter = _Meter(running)
    dear = []
    for fields, length in ((1, HEAD_BYTES - 4096), (1, VALUE_BYTES - 100), (1, 500), (50, 900)):
        for text in _TEXTS:
            value = (text.replace("{etag}", etag) * length)[: length - 6]
            value += "000000" if text == "0" else "NUMBER"
            for name in sorted(names):
                ratio = meter.ratio(line, name, value, fields)
                if ratio > _MOST:
                    dear.append((name, fields, length, text, round(ratio, 1)))
    assert not dear, dear
