"""One line in the log for every request, on either path, and nothing private in it."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.http.standin import TRUSTED, serving_standin

from ishizue.telemetry import RequestLog
from ishizue.telemetry.request_log import _MAX_REFUSED, network
from ishizue.testing.logged import Lines, logged
from ishizue.testing.running import RunningService
from ishizue.testing.wire import (
    connected,
    delayed,
    get,
    hear,
    hear_all,
    held_read,
    reset_at_close,
)

NOTE = {"text": "a note"}
TRACE = "Root=1-67891233-abcdef012345678912345678"

Pages = tuple[RunningService, Lines]


@pytest.fixture(scope="module")
def pages() -> Iterator[Pages]:
    with logged(serving_standin, proxies=TRUSTED) as served:
        served[0].client.headers["accept-encoding"] = "identity"  # the log has the bytes sent
        yield served


def said(line: dict[str, Any]) -> tuple[str, str, int, int]:
    return line["method"], line["route"], line["status"], line["bytes"]


def test_a_line_has_time_route_status_duration_and_client(pages: Pages) -> None:
    running, lines = pages
    headers = {"X-Forwarded-For": "198.51.100.77", "X-Amzn-Trace-Id": TRACE}
    for _ in range(2):  # rendered, and from the cache
        page = running.client.get("/page/7", headers=headers)
        (line,) = lines.next()
        assert " ".join(line) == "time method route status bytes duration_ms client trace"
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
        assert said(line) == ("GET", "/page/{number}", 200, len(page.content))
        assert 0 < line["duration_ms"] < 5000
        assert (line["client"], line["trace"]) == ("198.51.100.0/24", TRACE)


@pytest.mark.parametrize("fast_path", [True, False])
def test_every_response_is_logged_once(fast_path: bool) -> None:
    with logged(serving_standin, fast_path=fast_path) as (running, lines):
        client = running.client
        client.headers["accept-encoding"] = "identity"
        page = client.get("/page")
        again = client.get("/page")
        dated = client.get("/page?date=2026-11-24")
        client.get("/page?date=2026-11-24")
        client.get("/page", headers={"If-None-Match": again.headers["etag"]})
        client.head("/page")
        unknown = client.get("/nothing/here")
        wrong = client.put("/page")
        bad = client.get("/page?date=%00")
        note = client.post("/notes", json=NOTE)
        notes = client.get("/notes")
        with connected(running, get("/page") + get("/nothing/here") + get("/notes")) as connection:
            hear(connection, 3)
            connection.sendall(b"rubbish\r\n\r\n")
            hear_all(connection)
        assert [said(line) for line in lines.next(15)] == [
            *[("GET", "/page", 200, len(page.content))] * 2,
            *[("GET", "/page", 200, len(dated.content))] * 2,
            ("GET", "/page", 304, 0),
            ("HEAD", "/page", 200, 0),
            ("GET", "unknown", 404, len(unknown.content)),
            ("PUT", "/page", 405, len(wrong.content)),
            ("GET", "/page", 400, len(bad.content)),
            ("POST", "/notes", 201, len(note.content)),
            ("GET", "/notes", 200, len(notes.content)),
            ("GET", "/page", 200, len(page.content)),
            ("GET", "unknown", 404, len(unknown.content)),
            ("GET", "/notes", 200, len(notes.content)),
            ("?", "unknown", 400, len("Invalid HTTP request received.")),
        ]


def test_a_defect_is_logged_with_its_route_and_trace(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken on purpose")

    running, lines = pages
    monkeypatch.setattr("tests.http.standin.page_response", broken)
    answer = running.client.get("/page/9?x=1", headers={"X-Amzn-Trace-Id": TRACE})
    (line,) = lines.next()
    assert said(line) == ("GET", "/page/{number}", 500, len(answer.content))
    (record,) = caplog.records
    assert (record.__dict__["route"], record.__dict__["trace"]) == ("/page/{number}", TRACE)
    assert record.exc_info
    assert "x=1" not in record.getMessage()
    assert "/page" not in record.getMessage()


CUT_OFF = get("/notes", "Content-Type: application/json\r\nContent-Length: 9\r\n", method="POST")


def test_a_client_that_leaves_is_logged_with_status_499(
    pages: Pages, caplog: pytest.LogCaptureFixture
) -> None:
    def leave(request: str) -> None:
        with connected(running, request) as leaving:
            time.sleep(0.1)
            reset_at_close(leaving)

    running, lines = pages
    with delayed(running, 0.3):
        leave(get("/page/9"))
        (page,) = lines.next()
    assert said(page)[:3] == ("GET", "/page/{number}", 499)
    # The event loop rounds its timers: 299.9 ms has been seen.
    assert page["duration_ms"] >= 290
    leave(CUT_OFF)
    (write,) = lines.next()
    assert said(write)[:3] == ("POST", "/notes", 499)
    assert caplog.records == [], "a body cut off is no defect"
    with held_read(running, "/notes") as read:
        leave(get("/notes"))
        time.sleep(0.1)
        read.settle(b"the page")
        (shared,) = lines.next()
    assert said(shared) == ("GET", "/notes", 499, 0)


def test_health_checks_are_logged_only_when_they_fail(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, lines = pages
    running.client.get("/livez"), running.client.get("/readyz")
    monkeypatch.setattr(running.service_state, "draining", True)
    running.client.get("/livez"), running.client.get("/readyz")
    (line,) = lines.next()
    assert said(line)[:3] == ("GET", "/readyz", 503)


@pytest.mark.parametrize(
    ("sent", "trace"),
    [
        (TRACE, TRACE),
        (f"Self=1-67891234-12456789;{TRACE}", f"Self=1-67891234-12456789;{TRACE}"),
        *((sent, None) for sent in ('x","status":200', "x\\", "é", "x" * 201, "")),
    ],
)
def test_only_a_well_formed_trace_id_is_logged(pages: Pages, sent: str, trace: str | None) -> None:
    running, lines = pages
    running.client.get("/page")
    lines.next()
    headers = {b"X-Amzn-Trace-Id": sent.encode("latin-1")}
    running.client.get("/page", headers=headers)  # on the fast path
    running.client.head("/page", headers=headers)
    assert [line.get("trace") for line in lines.next(2)] == [trace, trace]


def test_refusals_of_a_client_are_one_line_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    def respond(status: int, client: str, route: str = "/notes") -> list[list[object]]:
        log.record("POST", route, status, 0, now, client, "")
        said = [list(line.values())[1:] for line in lines.lines()]
        lines.written.clear()
        return said

    now = 0.0
    monkeypatch.setattr("ishizue.telemetry.request_log.perf_counter", lambda: now)
    lines = Lines()
    log = RequestLog(lines.written.append, metrics=None)
    for client in ("192.0.2.0/24", "198.51.100.0/24"):
        for status in (403, 429):
            assert len(respond(status, client)) == 1, "the first of each is a line"
    assert [respond(429, "192.0.2.0/24") for _ in range(9)] == [[]] * 9
    assert len(respond(422, "192.0.2.0/24")) == 1, "others are not counted"
    now = 60.0
    assert respond(200, "", "/livez") == [[429, "192.0.2.0/24", 9]], "a check ends the minute"
    assert respond(429, "192.0.2.0/24") == [], "the flood goes on"
    log.write_refused()
    assert lines.lines()[0]["refused"] == 1
    for number in range(3 * _MAX_REFUSED):
        respond(403, f"2001:db8:{number:x}::/48")
    assert len(log._refused) <= _MAX_REFUSED + 1
    log.write_refused()
    assert lines.lines()[-1]["client"] == "unknown"


def test_forwarding_headers_of_an_untrusted_peer_are_ignored() -> None:
    headers = {"X-Forwarded-For": "203.0.113.9", "X-Amzn-Trace-Id": TRACE}
    with logged(serving_standin) as (running, lines):
        for _ in range(2):
            running.client.get("/page", headers=headers)
        for line in lines.next(2):
            assert line["client"] == "127.0.0.0/24"
            assert "trace" not in line
        assert "_aws" not in lines.text(), "metrics, which are off"


def test_nothing_private_is_logged(pages: Pages, caplog: pytest.LogCaptureFixture) -> None:
    running, lines = pages
    headers = {
        "Cookie": "visitor=s3cret",
        "Authorization": "Bearer s3cret",
        "User-Agent": "s3cret",
        "Referer": "http://localhost/s3cret",
        "X-S3cret": "s3cret",
        "X-Forwarded-For": "198.51.100.77",
    }
    for path in ("/page", "/page", "/page/9", "/notes", "/s3cret"):
        running.client.post(f"{path}?q=s3cret", content=b"s3cret", headers=headers)
        running.client.get(path, headers=headers)
    lines.next(10)
    everything = lines.text() + caplog.text
    assert "s3cret" not in everything.lower()
    assert "198.51.100.77" not in everything


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.255", "203.0.113.0/24"),
        ("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8:ffff::/48"),
        ("::1", "::/48"),
        ("::ffff:192.0.2.200", "192.0.2.0/24"),
        ("fe80::1%eth0", "unknown"),
        ("", "unknown"),
        ("1.2.3.4\x00", "unknown"),
    ],
)
def test_an_address_becomes_its_network(address: str, expected: str) -> None:
    assert network(address) == expected
