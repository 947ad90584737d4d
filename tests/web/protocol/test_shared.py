"""The list of favorites in the protocol: nobody can tell, but by the time it takes."""

import asyncio
import gzip
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.servers import Running, serving
from tests.web.wire import (
    TEN_HEADERS,
    Heard,
    connected,
    connections,
    counting,
    exchange,
    get,
    hear,
)

from kirosample.favorites import Round, Unavailable

LIST = get("/favorites")
READING = {"type": "horoscope", "item": "2026-11-24.aries"}

CONVERSATIONS = {
    "alone": [LIST],
    "a browser's and the balancer's headers": [get("/favorites", TEN_HEADERS)],
    "again and again": [LIST, LIST, LIST],
    "before and after others": [get("/date"), LIST, get("/date"), get("/nothing"), LIST],
    "two at once": [LIST + LIST],
    "three different at once": [get("/date") + LIST + get("/nothing")],
    "one and a half": [LIST + LIST[:20], LIST[20:]],
    "in pieces": [LIST[:9], LIST[9:]],
    "HEAD": [get("/favorites", method="HEAD"), LIST],
    "a tag, which a list has not": [get("/favorites", "If-None-Match: *\r\n")],
    "the last one": [get("/favorites", "Connection: close\r\n")],
    "an old client": [get("/favorites", version="1.0")],
    "with a body": [get("/favorites", "Content-Length: 3\r\n") + "abc", LIST],
    "another list": [get("/favorites?type=quote"), get("/favorites?mine=true")],
    "a name with rubbish": [get("/favorites", "A\x00B: c\r\n")],
}


@contextmanager
def pair(database: str | None) -> Iterator[tuple[Running, Running]]:
    with serving(database) as fast, serving(database, answers_at_once=False) as plain:
        for running in (fast, plain):
            if database:
                running.ready()
            running.client.get("/date")
        yield fast, plain


@contextmanager
def held(running: Running) -> Iterator[dict[str, Any]]:
    """The list's reading ends only when the test says so."""
    reading = running.readings[b"/favorites"]
    usual = reading.ask
    given: dict[str, Any] = {}

    def ask() -> Round[bytes]:
        given["loop"] = asyncio.get_running_loop()
        given["page"] = Round()
        return given["page"]  # type: ignore[no-any-return]

    reading.ask = ask
    try:
        yield given
    finally:
        reading.ask = usual


def settle(given: dict[str, Any], outcome: bytes | Exception) -> None:
    page: Round[bytes] = given["page"]
    page.begun = True
    settling = page.fail if isinstance(outcome, Exception) else page.answer
    given["loop"].call_soon_threadsafe(settling, outcome)


def waiting(given: dict[str, Any]) -> None:
    for _ in range(1000):
        if "page" in given:
            return
        time.sleep(0.002)
    raise TimeoutError


def test_the_answers_are_the_usual_ones_to_the_byte(database: str) -> None:
    with pair(database) as both:
        both[0].client.post("/api/favorites", json=READING)
        heard: list[dict[str, Heard]] = [
            {name: exchange(running, *parts) for name, parts in CONVERSATIONS.items()}
            for running in both
        ]
    different = [name for name in CONVERSATIONS if heard[0][name] != heard[1][name]]
    assert not different, (heard[0][different[0]], heard[1][different[0]])
    assert "牡羊座".encode() in heard[0]["alone"][0]


def test_a_list_is_answered_in_the_protocol_and_told(database: str) -> None:
    with pair(database) as (fast, _), counting(fast) as counted:
        page = fast.client.get("/favorites")
        assert counted == [(b"/favorites", 200, int(page.headers["content-length"]))]


def test_those_who_share_a_reading_get_it_as_each_takes_it(database: str) -> None:
    asked = [get("/favorites", headers) for headers in ("", "Accept-Encoding: gzip\r\n")]
    with pair(database) as (fast, _), held(fast) as given:
        page = b"the page " * 200
        with connected(fast) as one, connected(fast) as other, connected(fast) as third:
            asking = (one, other, third)
            for connection, request in zip(asking, (*asked, asked[0]), strict=True):
                connection.sendall(request.encode())
            waiting(given)
            time.sleep(0.1)
            settle(given, page)
            plain, packed, plain_again = (hear(connection)[0] for connection in asking)
    assert plain.endswith(b"\r\n\r\n" + page)
    assert plain == plain_again
    head, _, body = packed.partition(b"\r\n\r\n")
    assert b"content-encoding: gzip" in head
    assert gzip.decompress(body) == page


def test_without_favorites_the_usual_way_says_so() -> None:
    with pair(None) as both:
        heard = [exchange(running, LIST) for running in both]
        assert heard[0] == heard[1]
        assert heard[0][0].startswith(b"HTTP/1.1 503 ")


@pytest.mark.parametrize(
    ("outcome", "answer"),
    [
        (Unavailable("away"), b"HTTP/1.1 503 Service Unavailable"),
        (RuntimeError("broken"), b"HTTP/1.1 500 Internal Server Error"),
    ],
)
def test_where_the_reading_fails_the_usual_way_says_why(
    database: str, outcome: Exception, answer: bytes
) -> None:
    with pair(database) as (fast, _), connected(fast) as asking, held(fast) as given:
        asking.sendall((LIST + "").encode())
        waiting(given)
        asking.sendall(get("/date").encode())
        settle(given, outcome)
        heard, closed = hear(asking)
        assert heard.startswith(answer)
        assert heard.index(b"HTTP/1.1 200 OK") < heard.index("六曜".encode())
        assert not closed


def test_what_arrives_meanwhile_is_answered_after_it(database: str) -> None:
    with pair(database) as (fast, _), connected(fast) as asking, held(fast) as given:
        asking.sendall(LIST.encode())
        waiting(given)
        for part in (get("/date"), get("/nothing"), get("/date")[:10]):
            asking.sendall(part.encode())
            time.sleep(0.05)
        assert not select.select([asking], [], [], 0.2)[0]
        settle(given, b"the page")
        heard, _ = hear(asking)
        statuses = [part[:3] for part in heard.split(b"HTTP/1.1 ")[1:]]
        assert statuses == [b"200", b"200", b"404"]
        asking.sendall(get("/date")[10:].encode())
        assert hear(asking)[0].startswith(b"HTTP/1.1 200 OK")


def test_a_waiting_client_may_send_only_so_much_more(database: str) -> None:
    with pair(database) as (fast, _), connected(fast) as asking, held(fast) as given:
        asking.sendall(LIST.encode())
        waiting(given)
        asking.settimeout(1)
        with pytest.raises(TimeoutError):
            asking.sendall(get("/date").encode() * 1_000_000)
        (connection,) = (one for one in connections(fast) if not one.is_idle())
        assert len(connection._held) <= 1 << 20
        settle(given, b"the page")


def test_a_client_that_leaves_meanwhile_is_forgotten(database: str) -> None:
    with pair(database) as (fast, _), held(fast) as given:
        with connected(fast) as asking:
            asking.sendall(LIST.encode())
            waiting(given)
        time.sleep(0.2)
        settle(given, b"the page")
        assert fast.client.get("/date").status_code == 200


@pytest.mark.parametrize("behind", ["", get("/date")])
def test_a_list_asked_for_before_the_stop_is_answered(database: str, behind: str) -> None:
    with pair(database) as (fast, _), connected(fast) as asking, held(fast) as given:
        asking.sendall(LIST.encode())
        waiting(given)
        asking.sendall(behind.encode())
        time.sleep(0.05)
        fast.server.stop()
        while not any(one.closing for one in connections(fast)):
            time.sleep(0.001)
        settle(given, b"the page")
        heard, closed = hear(asking)
        assert heard.count(b"HTTP/1.1 200 OK") == 1 + bool(behind)
        assert heard.count(b"connection: close\r\n") == 1
        assert closed


def test_waiting_is_not_idling(database: str) -> None:
    with pair(database) as (fast, _):
        fast.server.config.timeout_keep_alive = 1
        with connected(fast) as asking, held(fast) as given:
            asking.sendall(get("/date").encode())
            hear(asking)
            time.sleep(0.3)
            asking.sendall(LIST.encode())
            waiting(given)
            time.sleep(1)
            settle(given, b"the page")
            assert b"the page" in hear(asking)[0]
