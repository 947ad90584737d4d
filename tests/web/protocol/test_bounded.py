"""What one connection may ask, how long it may take over it, and how it ends."""

import logging
import select

import pytest
from tests.servers import Running, serving
from tests.web.wire import connected, exchange, get, hear

from kirosample import limits
from kirosample.web.protocol import bounded

POST = "POST /api/favorites HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
LONG = f"A: {'a' * 1000}\r\n"


@pytest.mark.parametrize("length", ["Content-Length: 20000\r\n", "Transfer-Encoding: chunked\r\n"])
def test_a_body_too_large_is_told_and_ends_the_connection(
    quiet_server: Running, length: str
) -> None:
    heard, closed = exchange(quiet_server, f"{POST}{length}\r\n", f"4e20\r\n{'x' * 17_000}", get())
    assert heard.startswith(b"HTTP/1.1 413 ")
    assert heard.count(b"HTTP/1.1 ") == 1, "what follows is no request"
    assert closed


def test_the_rest_of_a_body_too_large_is_read_so_that_the_answer_arrives(
    quiet_server: Running,
) -> None:
    with connected(quiet_server) as one:
        one.sendall(f"{POST}Content-Length: 3000000\r\n\r\n".encode())
        select.select([one], [], [], 5)
        for _ in range(30):
            one.sendall(b"x" * 100_000)  # which raises where a reset came
        heard, closed = hear(one)
    assert heard.startswith(b"HTTP/1.1 413 ")
    assert closed


def test_a_body_that_does_not_arrive_ends_the_connection(
    quiet_server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kirosample.web.requests.BODY_DEADLINE_SECONDS", 0.2)
    heard, closed = exchange(quiet_server, f"{POST}Content-Length: 9\r\n\r\n{{")
    assert heard.startswith(b"HTTP/1.1 408 ")
    assert closed


@pytest.mark.parametrize(
    "sent",
    [
        "",
        get()[:20],
        f"{get()}GET /date HTT",
        f"{POST}Origin: http://evil.example\r\nContent-Length: 9\r\n\r\n",
    ],
    ids=["nothing", "half a head", "an answered request and half a head", "a refused write's head"],
)
@pytest.mark.parametrize("answers_at_once", [True, False])
def test_what_does_not_come_is_not_waited_for_for_ever(
    monkeypatch: pytest.MonkeyPatch, sent: str, answers_at_once: bool
) -> None:
    monkeypatch.setattr(bounded, "ARRIVAL_SECONDS", 0.5)
    with serving(None, answers_at_once=answers_at_once) as running:
        running.server.config.timeout_keep_alive = 1
        with connected(running) as slow:
            slow.sendall(sent.encode())
            heard, closed = hear(slow, quiet=5)
    assert heard.count(b"HTTP/1.1 ") == sent.count("\r\n\r\n")
    assert closed


@pytest.mark.parametrize(
    "sent", [get()[:-2], get(headers="Transfer-Encoding: chunked\r\n") + "0\r\n"]
)
def test_a_head_without_end_is_431(pages: Running, sent: str) -> None:
    """So are the lines that may follow a body in chunks."""
    with connected(pages) as one:
        one.sendall(sent.encode())
        hear(one)
        parts = 0
        while parts < 1000 and not select.select([one], [], [], 0.001)[0]:
            one.sendall(LONG.encode())
            parts += 1
        heard, closed = hear(one)
    assert b"HTTP/1.1 431 Request Header Fields Too Large\r\n" in heard
    assert b"content-security-policy: " in heard
    assert closed
    assert len(LONG) * parts < 4 * limits.HEAD_BYTES


def test_long_bodies_and_many_requests_are_no_long_head(pages: Running) -> None:
    body = "x" * 4 * limits.HEAD_BYTES
    parts = (get(headers=f"Content-Length: {len(body)}\r\n"), body[:100_000], body[100_000:], get())
    heard, closed = exchange(pages, *parts)
    assert heard.count(b"HTTP/1.1 200 OK\r\n") == 2
    many = get("/livez", LONG * 5) * 20  # in one piece, of which the last is half there
    heard, closed = exchange(pages, many + many[:3000], many[3000 : len(many) // 20])
    assert heard.count(b"HTTP/1.1 200 OK\r\n") == 21
    assert not closed


def test_another_protocol_is_not_spoken_and_asking_for_it_is_no_news(
    pages: Running, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        for protocol in ("h2c", "websocket"):
            asked = get(headers=f"Connection: Upgrade\r\nUpgrade: {protocol}\r\n")
            assert exchange(pages, asked)[0].startswith(b"HTTP/1.1 200 OK\r\n")
    assert [record for record in caplog.records if record.name.startswith("uvicorn")] == []
