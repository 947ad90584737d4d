"""One line for every request, whichever way it is answered, and nothing in it that is private."""

import asyncio
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest
from tests.servers import SETTINGS, Running
from tests.telemetry.telling import Told, telling
from tests.web.wire import connected, exchange, get, reset_at_close

from kirosample.favorites import Round
from kirosample.web import day_pages

READING = {"type": "horoscope", "item": "2026-11-24.aries"}
TRACE = "Root=1-67891233-abcdef012345678912345678"
BEHIND_A_BALANCER = replace(SETTINGS, trusted_proxies=(ip_network("127.0.0.0/8"),))


@pytest.fixture(scope="module")
def pages() -> Iterator[tuple[Running, Told]]:
    with telling(settings=BEHIND_A_BALANCER) as served:
        served[0].client.headers["accept-encoding"] = "identity"  # bytes are told as they travel
        yield served


def said(line: dict[str, Any]) -> tuple[str, str, int, int]:
    return line["method"], line["route"], line["status"], line["bytes"]


def test_a_line_says_when_what_how_long_and_for_whom(pages: tuple[Running, Told]) -> None:
    running, told = pages
    headers = {"X-Forwarded-For": "198.51.100.77", "X-Amzn-Trace-Id": TRACE}
    for _ in range(2):  # made, and from the cache
        page = running.client.get("/horoscope/leo", headers=headers)
        (line,) = told.next()
        assert list(line) == [
            *("time", "method", "route", "status", "bytes", "duration_ms", "client", "trace"),
        ]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
        assert said(line) == ("GET", "/horoscope/{sign}", 200, len(page.content))
        assert 0 < line["duration_ms"] < 5000
        assert (line["client"], line["trace"]) == ("198.51.100.0/24", TRACE)


@pytest.mark.parametrize("answers_at_once", [True, False])
def test_every_way_of_answering_is_told_of_once(answers_at_once: bool) -> None:
    with telling(answers_at_once=answers_at_once) as (running, told):
        client = running.client
        client.headers["accept-encoding"] = "identity"
        page = client.get("/date")
        again = client.get("/date")
        with_day = client.get("/date?date=2026-11-24")
        client.get("/date?date=2026-11-24")
        client.get("/date", headers={"If-None-Match": again.headers["etag"]})
        client.head("/date")
        unknown = client.get("/nothing/here")
        wrong = client.put("/date")
        bad = client.get("/api/date?date=x")
        length, dated = len(page.content), len(with_day.content)
        assert [said(line) for line in told.next(9)] == [
            ("GET", "/date", 200, length),
            ("GET", "/date", 200, length),
            ("GET", "/date", 200, dated),
            ("GET", "/date", 200, dated),
            ("GET", "/date", 304, 0),
            ("HEAD", "/date", 200, 0),
            ("GET", "unknown", 404, len(unknown.content)),
            ("PUT", "/date", 405, len(wrong.content)),
            ("GET", "/api/date", 400, len(bad.content)),
        ]


def test_likes_and_lists_are_told_of(database: str) -> None:
    with telling(database) as (running, told):
        running.ready()
        told.forget()
        assert running.client.post("/api/favorites", json=READING).status_code == 201
        listed = [running.client.get("/favorites") for _ in range(2)]
        one, *lists = told.next(3)
        assert said(one)[:3] == ("POST", "/api/favorites", 201)
        assert [said(line) for line in lists] == [
            ("GET", "/favorites", 200, int(page.headers["content-length"])) for page in listed
        ]


def test_pipelined_requests_are_told_of_one_by_one(pages: tuple[Running, Told]) -> None:
    running, told = pages
    running.client.get("/date")
    told.next()
    exchange(running, get() + get("/nothing") + get("/"))
    routes = [line["route"] for line in told.next(3)]
    assert routes == ["/date", "unknown", "/"]


def test_what_is_no_request_is_told_of_as_one(pages: tuple[Running, Told]) -> None:
    running, told = pages
    heard, _ = exchange(running, "rubbish\r\n\r\n")
    assert heard.startswith(b"HTTP/1.1 400")
    (line,) = told.next()
    assert said(line)[:3] == ("?", "unknown", 400)


def test_a_defect_is_told_of_with_its_route_and_trace(
    pages: tuple[Running, Told], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken on purpose")

    running, told = pages
    monkeypatch.setattr(day_pages, "portal_of", broken)
    answer = running.client.get("/about?x=1", headers={"X-Amzn-Trace-Id": TRACE})
    (line,) = told.next()
    assert said(line) == ("GET", "/about", 500, len(answer.content))
    (record,) = caplog.records
    assert (record.__dict__["route"], record.__dict__["trace"]) == ("/about", TRACE)
    assert record.exc_info
    assert "x=1" not in record.getMessage()
    assert "/about" not in record.getMessage()


def test_an_answer_that_fails_altogether_is_told_of(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("not even an error page")

    with telling() as (running, told):
        monkeypatch.setattr("kirosample.web.dispatch.errors.answer", broken)
        assert running.client.get("/nothing").status_code == 500
        (line,) = told.next()
        assert said(line)[:3] == ("GET", "unknown", 500)
        assert "not even an error page" in caplog.text


def test_whom_nobody_waits_for_any_more_is_told_of_as_left(database: str) -> None:
    with telling(database) as (running, told):
        running.ready()
        told.forget()
        usual = running.server.config.loaded_app

        async def slow(scope: Any, receive: Any, send: Any) -> None:
            scope["began"] = time.perf_counter()
            await asyncio.sleep(0.3)
            await usual(scope, receive, send)

        running.server.config.loaded_app = slow
        with connected(running) as leaving:
            leaving.sendall(get("/about").encode())
            time.sleep(0.1)
            reset_at_close(leaving)
        (line,) = told.next()
        assert said(line)[:3] == ("GET", "/about", 499)
        assert line["duration_ms"] >= 300

        asked: list[tuple[asyncio.AbstractEventLoop, Round[bytes]]] = []
        reading = running.readings[b"/favorites"]

        def ask() -> Round[bytes]:
            asked.append((asyncio.get_running_loop(), Round()))
            return asked[0][1]

        reading.ask = ask
        with connected(running) as leaving:
            leaving.sendall(get("/favorites").encode())
            while not asked:
                time.sleep(0.01)
            reset_at_close(leaving)
        time.sleep(0.1)
        loop, page = asked[0]
        loop.call_soon_threadsafe(page.answer, b"the page")
        (line,) = told.next()
        assert said(line) == ("GET", "/favorites", 499, 0)


def test_a_reading_that_fails_is_told_of_once_with_the_time_it_took(database: str) -> None:
    with telling(database) as (running, told):
        running.ready()
        told.forget()

        def ask() -> Round[bytes]:
            page: Round[bytes] = Round()
            asyncio.get_running_loop().call_later(0.3, page.fail, RuntimeError("away"))
            return page

        running.readings[b"/favorites"].ask = ask
        running.client.get("/favorites")
        (line,) = told.next()
        assert line["route"] == "/favorites"
        assert line["duration_ms"] >= 300


def test_health_checks_are_told_of_only_when_they_fail(pages: tuple[Running, Told]) -> None:
    running, told = pages
    running.client.get("/livez"), running.client.get("/readyz")
    running.portal.draining = True
    try:
        running.client.get("/livez"), running.client.get("/readyz")
    finally:
        running.portal.draining = False
    (line,) = told.next()
    assert said(line)[:3] == ("GET", "/readyz", 503)


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("192.0.2.1, 203.0.113.9", "203.0.113.0/24"),
        ("203.0.113.9, 127.0.0.9", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("nonsense", "127.0.0.0/24"),
        ("x" * 5000 + ", 203.0.113.9", "203.0.113.0/24"),
        ('","status":200,"x":"', "127.0.0.0/24"),
        (None, "127.0.0.0/24"),
    ],
)
def test_the_client_is_a_network_and_the_same_either_way(
    pages: tuple[Running, Told], forwarded: str | None, client: str
) -> None:
    running, told = pages
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    running.client.get("/date")
    told.next()
    running.client.get("/date", headers=headers)
    running.client.head("/date", headers=headers)
    assert [line["client"] for line in told.next(2)] == [client, client]


@pytest.mark.parametrize(
    ("sent", "trace"),
    [
        (TRACE, TRACE),
        (f"Self=1-67891234-12456789;{TRACE}", f"Self=1-67891234-12456789;{TRACE}"),
        ('x","status":200', None),
        ("x\\", None),
        ("é", None),
        ("x" * 201, None),
        ("", None),
    ],
)
def test_a_trace_id_is_one_that_a_balancer_would_send(
    pages: tuple[Running, Told], sent: str, trace: str | None
) -> None:
    running, told = pages
    headers = {b"X-Amzn-Trace-Id": sent.encode("latin-1")}
    running.client.get("/date")
    told.next()
    running.client.get("/date", headers=headers)
    running.client.head("/date", headers=headers)
    assert [line.get("trace") for line in told.next(2)] == [trace, trace]


def test_without_a_trusted_balancer_nobody_is_believed() -> None:
    headers = {"X-Forwarded-For": "203.0.113.9", "X-Amzn-Trace-Id": TRACE}
    with telling() as (running, told):
        for _ in range(2):
            running.client.get("/date", headers=headers)
        for line in told.next(2):
            assert line["client"] == "127.0.0.0/24"
            assert "trace" not in line


@pytest.mark.parametrize("path", ["/date", "/about", "/favorites", "/s3cret", "/api/s3cret"])
def test_nothing_private_is_told(
    pages: tuple[Running, Told], path: str, caplog: pytest.LogCaptureFixture
) -> None:
    running, told = pages
    for _ in range(2):
        running.client.post(
            f"{path}?q=s3cret",
            content=b"s3cret" if path != "/date" else None,
            headers={
                "Cookie": "visitor=s3cret",
                "Authorization": "Bearer s3cret",
                "User-Agent": "s3cret",
                "Referer": "http://localhost/s3cret",
                "X-Forwarded-For": "198.51.100.77",
            },
        )
        running.client.get(path, headers={"Cookie": "visitor=s3cret", "X-S3cret": "s3cret"})
    told.next(4)
    everything = told.text() + caplog.text
    assert "s3cret" not in everything.lower()
    assert "198.51.100.77" not in everything
