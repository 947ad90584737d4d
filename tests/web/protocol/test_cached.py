"""The page cache in the protocol: nobody can tell, but by the time it takes."""

import asyncio
import inspect
import select
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import ip_network
from types import SimpleNamespace
from typing import Any

import pytest
from tests.servers import NOON, SETTINGS, Running, serving
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
from uvicorn.protocols.http import httptools_impl

from kirosample.server import Server
from kirosample.web import day_pages
from kirosample.web.page_cache import PageCache
from kirosample.web.protocol.answers import Written
from kirosample.web.protocol.cached import ReadyAnswers

ETAG = "{etag}"
"""Stands in a request for the entity tag of `/date`."""

AT_ONCE = {
    "a page": get(),
    "the home page": get("/"),
    "a page of a day": get("/date?date=2026-11-24"),
    "a browser's and the balancer's headers": get(headers=TEN_HEADERS),
    "any Host": "GET /date HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "the tag that it has": get(headers=f"If-None-Match: {ETAG}\r\n"),
    "the tag, weak": get(headers=f"If-None-Match: W/{ETAG}\r\n"),
    "the tag in a list": get(headers=f'IF-NONE-MATCH:"x",  {ETAG} , "y"\r\n'),
    "any tag": get(headers="if-none-match: * \r\n"),
    "another tag": get(headers='If-None-Match: "x"\r\n'),
    "an empty tag": get(headers="If-None-Match:\r\n"),
    "a tag that is no text": get(headers="If-None-Match: \xff\r\n"),
    "two headers with tags": get(headers=f'If-None-Match: "x"\r\nIf-None-Match: {ETAG}\r\n'),
    "the tag in another header": get(headers=f"X-If-None-Match: {ETAG}\r\nA: if-none-match: *\r\n"),
    "a date beside the tag": get(headers="If-Modified-Since: Tue, 24 Nov 2026 00:00:00 GMT\r\n"),
    "a range": get(headers="Range: bytes=0-9\r\nIf-Range: x\r\n"),
    "a conversation that goes on": get(headers="Connection: keep-alive\r\n"),
    "a scheme that nobody is trusted to tell": get(headers="X-Forwarded-Proto: https\r\n"),
    "no body": get(headers="Content-Length: 0\r\n"),
    "asking whether to go on, without a body": get(headers="Expect: 100-continue\r\n"),
}

THE_USUAL_WAY = {
    "no Host": "GET /date HTTP/1.1\r\n\r\n",
    "two Hosts": get(headers="HOST: localhost\r\n"),
    "HEAD": get(method="HEAD"),
    "POST": get(method="POST"),
    "PUT": get(method="PUT"),
    "a method in lower case": get(method="get"),
    "a longer method": get(method="GETS"),
    "an unknown parameter": get("/date?utm_source=x"),
    "an unknown parameter beside the day": get("/date?date=2026-11-24&x=1"),
    "a fragment": get("/date#x"),
    "an empty query": get("/date?"),
    "escapes": get("/d%61te"),
    "a slash too many": get("/date/"),
    "two slashes": get("//date"),
    "an absolute target": get("http://evil.example/date"),
    "an authority": get("evil.example:443", method="CONNECT"),
    "every address": get("*", method="OPTIONS"),
    "an unknown address": get("/nothing"),
    "HTTP/1.0": get(version="1.0"),
    "HTTP/1.0 that goes on": get(version="1.0", headers="Connection: keep-alive\r\n"),
    "HTTP/0.9": "GET /date\r\n\r\n",
    "HTTP/2's greeting": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a version that there is not": get(version="1.7"),
    "the last of a conversation": get(headers="Connection: close\r\n"),
    "the last, in a list": get(headers="Connection: foo, Close\r\n"),
    "the last, among all headers": get(headers=TEN_HEADERS + "Connection: close\r\n"),
    "a body": get(headers="Content-Length: 5\r\n") + "hello",
    "a body that looks like a request": get(headers="Content-Length: 4\r\n") + "\r\n\r\n",
    "a body that does not come": get(headers="Content-Length: 5\r\n"),
    "a body in chunks": get(headers="Transfer-Encoding: chunked\r\n") + "2\r\nhi\r\n0\r\n\r\n",
    "an empty body in chunks": get(headers="Transfer-Encoding: chunked\r\n") + "0\r\n\r\n",
    "two lengths": get(headers="Content-Length: 0\r\nContent-Length: 5\r\n"),
    "a length and chunks": get(headers="Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"),
    "a negative length": get(headers="Content-Length: -1\r\n"),
    "asking whether to go on": get(headers="Expect: 100-continue\r\nContent-Length: 2\r\n") + "hi",
    "WebSocket": get(
        headers="Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    ),
    "HTTP/2 in the clear": get(headers="Connection: Upgrade\r\nUpgrade: h2c\r\n"),
    "two at once": get() * 2,
    "three different at once": get() + get("/nothing") + get("/"),
    "one and a half": get() + get("/")[:20],
    "one and an empty line": get() + "\r\n",
    "an empty line before": "\r\n" + get(),
    "a line that is folded": get(headers="A: b\r\n c\r\n"),
    "a line that ends early": get(headers="A: b\nIf-None-Match: *\r\n"),
    "lines without returns": get().replace("\r", ""),
    "a name with a space": get(headers="If-None-Match : *\r\n"),
    "a name with rubbish": get(headers="A\x00B: c\r\n"),
    "a value with rubbish": get(headers="A: b\x00c\r\n"),
    "a line without a colon": get(headers="rubbish\r\n"),
    "two spaces": get().replace(" HTTP", "  HTTP"),
    "a tab": get().replace("GET ", "GET\t"),
    "rubbish": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "half a request": get()[:-2],
    "nothing but an end": "\r\n\r\n",
}


@contextmanager
def pair(**options: Any) -> Iterator[tuple[Running, Running]]:
    """A server with the page cache in its protocol, warm, and the same one without."""
    with (
        serving(None, **options) as fast,
        serving(None, answers_at_once=False, **options) as plain,
    ):
        for running in (fast, plain):
            for address in ("/", "/date", "/date?date=2026-11-24"):
                running.client.get(address)
        yield fast, plain


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[Running, Running]]:
    with pair() as servers:
        yield servers


def exchanges(running: Running, conversations: dict[str, list[str]]) -> dict[str, Heard]:
    """What is heard in each of the conversations, which all go on at the same time."""
    etag = running.client.get("/date").headers["etag"]

    def one(parts: list[str]) -> Heard:
        return exchange(running, *(part.replace(ETAG, etag) for part in parts))

    with ThreadPoolExecutor(32) as pool:
        return dict(zip(conversations, pool.map(one, conversations.values()), strict=True))


REQUESTS = AT_ONCE | THE_USUAL_WAY
ALONE = {name: [raw] for name, raw in REQUESTS.items()}
FIRST = {name: [raw, get(), get("/api/date"), get()] for name, raw in REQUESTS.items()}
AMID = {name: [get(), raw, get()] for name, raw in REQUESTS.items()}


@pytest.mark.parametrize("conversations", [ALONE, FIRST, AMID], ids=["alone", "first", "amid"])
def test_the_answers_are_the_usual_ones_to_the_byte(
    both: tuple[Running, Running], conversations: dict[str, list[str]]
) -> None:
    at_once, usual = (exchanges(running, conversations) for running in both)
    different = [name for name in conversations if at_once[name] != usual[name]]
    assert not different, (at_once[different[0]], usual[different[0]])


def test_what_can_be_answered_at_once_is(both: tuple[Running, Running]) -> None:
    fast, _ = both
    for requests, at_once in ((AT_ONCE, len(AT_ONCE)), (THE_USUAL_WAY, 0)):
        with counting(fast) as counted:
            exchanges(fast, {name: [raw] for name, raw in requests.items()})
        # One is our own question after the entity tag.
        assert len(counted) == at_once + 1, counted


def test_a_request_may_come_in_any_pieces(both: tuple[Running, Running]) -> None:
    fast, plain = both
    whole = exchange(plain, get(headers=TEN_HEADERS))
    raw = get(headers=TEN_HEADERS)
    for at in (1, 3, 4, 9, 20, len(raw) - 4, len(raw) - 2, len(raw) - 1):
        assert exchange(fast, raw[:at], raw[at:], pause=0.01) == whole
    assert exchange(fast, *raw[:60], raw[60:], pause=0.002) == whole
    # A whole request as the second piece, where it is a body.
    parts = (get(headers=f"Content-Length: {len(raw)}\r\n"), raw, get("/"))
    assert exchange(fast, *parts) == exchange(plain, *parts)


def test_what_is_still_being_answered_comes_first(both: tuple[Running, Running]) -> None:
    parts = (get("/nothing"), get(), get("/api/date"), get())
    heard = []
    for running in both:
        usual = running.server.config.loaded_app

        async def slow(scope: Any, receive: Any, send: Any, usual: Any = usual) -> None:
            await asyncio.sleep(0.1)
            await usual(scope, receive, send)

        running.server.config.loaded_app = slow
        try:
            heard.append(exchange(running, *parts, pause=0.02))
        finally:
            running.server.config.loaded_app = usual
    assert heard[0] == heard[1]
    assert heard[0][0].startswith(b"HTTP/1.1 404 ")


@pytest.mark.parametrize(
    ("headers", "secure"),
    [
        ("X-Forwarded-Proto: https\r\n", True),
        ("x-forwarded-PROTO:  HTTPS \r\n", True),
        ("X-Forwarded-Proto: http\r\n", False),
        ("X-Forwarded-Proto: https, http\r\n", False),
        # The last one is the nearest proxy's.
        ("X-Forwarded-Proto: http\r\nX-Forwarded-Proto: https\r\n", True),
        ("X-Forwarded-Proto: https\r\nX-Forwarded-Proto: http\r\n", False),
        ("X-Forwarded-Proto:\r\nX-Forwarded-Proto: https\r\n", True),
        ("X-Forwarded-Proto: \r\nA: b\r\nX-Forwarded-Proto: https\r\n", True),
        ("X-Forwarded-Proto: https\r\nX-Forwarded-Proto:\r\n", False),
        ("X-X-Forwarded-Proto: https\r\n", False),
        (f"X-Forwarded-Proto: https\r\nIf-None-Match: {ETAG}\r\n", True),
        ("", False),
    ],
)
def test_a_trusted_proxy_tells_the_scheme(headers: str, secure: bool) -> None:
    trusting = replace(SETTINGS, trusted_proxies=(ip_network("127.0.0.0/8"),))
    with pair(settings=trusting) as (fast, plain), counting(fast) as counted:
        asked = {"alone": [get(headers=headers)]}
        heard, expected = (exchanges(one, asked)["alone"] for one in (fast, plain))
        assert heard == expected
        assert len(counted) == 2
        assert (b"strict-transport-security" in heard[0]) == secure


def test_the_answers_are_told_and_counted(both: tuple[Running, Running]) -> None:
    fast, _ = both
    before = fast.server.server_state.total_requests
    with counting(fast) as counted:
        plain = {"accept-encoding": "identity"}
        page = fast.client.get("/date", headers=plain)
        fast.client.get("/date", headers=plain | {"if-none-match": page.headers["etag"]})
        fast.client.head("/date")
    assert counted == [(b"/date", 200, len(page.content)), (b"/date", 304, 0)]
    assert fast.server.server_state.total_requests == before + 3


def test_one_who_comes_over_tls_and_one_who_does_not_get_their_own_answers() -> None:
    trusting = replace(SETTINGS, trusted_proxies=(ip_network("127.0.0.0/8"),))
    with serving(None, settings=trusting) as running, counting(running) as counted:
        running.client.get("/date")
        for scheme in ("https", "http", "https", "http"):  # most within one second
            heard = running.client.get("/date", headers={"X-Forwarded-Proto": scheme}).headers
            assert ("strict-transport-security" in heard) is (scheme == "https")
        assert len(counted) == 4


def test_only_so_many_answers_are_kept_and_only_for_their_second() -> None:
    ready = ReadyAnswers(PageCache(1_000_000, lambda: NOON), lambda _: None)
    pages = [Written(200, b"", b"page %d" % number) for number in range(100)]
    for second in (b"one", b"two"):
        dated = [(b"date", second)]
        for page in pages:
            answer = ready.complete(page, False, dated)
            assert answer.data.endswith(page.body)
            assert answer.data.startswith(b"HTTP/1.1 200 OK\r\ndate: " + second)
            assert ready.complete(page, False, dated) is answer
            assert len(ready._complete) <= 32
    ready.complete(pages[0], False, [(b"date", b"three")])
    assert len(ready._complete) == 1


def test_the_date_goes_with_the_time(both: tuple[Running, Running]) -> None:
    fast, _ = both
    first = fast.client.get("/date").headers["date"]
    time.sleep(2.1)
    assert fast.client.get("/date").headers["date"] != first


def test_no_page_of_yesterday_is_answered_after_midnight_in_japan() -> None:
    addresses = ("/", "/date", "/horoscope", "/horoscope/leo", "/quote", "/date?date=2026-11-24")
    midnight = datetime.fromisoformat("2026-11-25T00:00:00+09:00")
    before = midnight - timedelta(microseconds=1)
    now = [before]
    with serving(None, clock=lambda: now[0]) as running, counting(running) as counted:
        client = running.client
        pages = {address: client.get(address).text for address in addresses}
        assert {address: client.get(address).text for address in addresses} == pages
        assert len(counted) == len(addresses)
        now[0] = midnight
        turned = {address: client.get(address).text for address in addresses}
        assert len(counted) == len(addresses), "an answer of yesterday"
        assert not [address for address in addresses if turned[address] == pages[address]]
        now[0] = before
        assert {address: client.get(address).text for address in addresses} == pages


def test_midnight_may_come_while_a_page_is_made() -> None:
    midnight = datetime.fromisoformat("2026-11-25T00:00:00+09:00")
    first: list[datetime] = []
    addresses = ("/", "/date", "/horoscope", "/horoscope/leo", "/quote")
    with serving(None, clock=lambda: first.pop() if first else midnight) as running:
        for address in addresses:
            first[:] = [midnight - timedelta(microseconds=1)]
            assert 'data-today="2026-11-24"' in running.text(address)
            for _ in range(2):
                assert 'data-today="2026-11-25"' in running.text(address), address


def test_home_follows_what_is_seen_of_favorites() -> None:
    shown: list[tuple[Any, ...]] = [()]
    popular = SimpleNamespace(favorites=lambda: shown[0])
    with serving(None) as running, counting(running) as counted:
        running.portal.favorites = SimpleNamespace(popular=popular)  # type: ignore[assignment]
        running.client.get("/"), running.client.get("/")
        assert len(counted) == 1
        shown[0] = (_favorite(),)
        liked = running.text("/")
        assert len(counted) == 1, "an answer that does not show it"
        assert running.text("/") == liked
        assert len(counted) == 2
        shown[0] = ()
        assert running.text("/") != liked
        running.client.get("/date"), running.client.get("/date")


def _favorite() -> Any:
    from kirosample.favorites import Favorite

    values: dict[str, Any] = {
        "type": "quote", "item": "x", "content": "好き", "author": "人", "likes": 3, "id": 1,
        "created_at": NOON,
    }  # fmt: skip
    return Favorite(**{name: values[name] for name in inspect.signature(Favorite).parameters})


def test_a_client_that_never_reads_is_written_to_within_bounds_and_then_let_go() -> None:
    with serving(None) as running, connected(running) as deaf:
        running.client.get("/date")
        sent, request = 0, get().encode()
        deaf.settimeout(1)
        try:
            for _ in range(3000):
                sent += deaf.send(request)
                time.sleep(0.0005)
        except TimeoutError:
            pass
        buffered = max(one.transport.get_write_buffer_size() for one in connections(running))
        assert buffered < 200_000
        assert running.client.get("/date").status_code == 200
        heard, closed = hear(deaf)
        pages = heard.count(b"HTTP/1.1 200 OK")
        assert 0 < pages < sent // len(request)
        assert closed


@pytest.mark.parametrize("target", ["/date", "/livez"])  # at once, and in uvicorn's way
def test_a_connection_is_kept_from_its_last_answer_on(target: str) -> None:
    with serving(None) as running:
        running.client.get("/date")
        running.server.config.timeout_keep_alive = 1
        with connected(running) as busy, connected(running) as idle:
            began = time.monotonic()
            idle.sendall(get(target).encode())
            for _ in range(3):
                busy.sendall(get(target).encode())
                assert not hear(busy)[1]
                time.sleep(0.4)
            assert not select.select([busy], [], [], 0.1)[0]
            assert hear(idle)[1]
            assert busy.recv(1) == b""
            assert 1.9 < time.monotonic() - began < 4


@pytest.mark.parametrize("target", ["/date", "/livez"])
def test_a_connection_is_not_closed_within_a_request(target: str) -> None:
    with serving(None) as running:
        running.client.get("/date")
        running.server.config.timeout_keep_alive = 1
        with connected(running) as slow:
            slow.sendall(get(target).encode())
            assert not hear(slow)[1]
            request = get(target).encode()
            slow.sendall(request[:20])
            time.sleep(1.5)
            slow.sendall(request[20:])
            heard, closed = hear(slow)
            assert heard.startswith(b"HTTP/1.1 200 OK\r\n")
            assert not closed
            assert slow.recv(1) == b"", "kept for ever"


def test_no_timer_outlives_its_connection() -> None:
    with serving(None) as running:
        for target in ("/date", "/livez"):
            with connected(running) as one:
                one.sendall(get(target).encode())
                hear(one)
                (connection,) = connections(running)
                timer = connection.timeout_keep_alive_task
                assert not timer.cancelled()
            while connections(running):
                time.sleep(0.001)
            assert timer.cancelled()


@pytest.mark.parametrize("answers_at_once", [True, False])
def test_what_is_on_its_way_at_the_stop_is_the_last_that_is_answered(answers_at_once: bool) -> None:
    with serving(None, answers_at_once=answers_at_once) as running, connected(running) as kept:
        kept.sendall(get().encode())
        assert not hear(kept)[1]
        with connected(running) as idle:
            idle.sendall(get().encode())
            hear(idle)
            running.server.stop()
            while not any(one.closing for one in connections(running)):
                time.sleep(0.001)
            kept.sendall(get().encode())
            heard, closed = hear(kept)
            assert heard.startswith(b"HTTP/1.1 200 OK\r\n")
            assert b"connection: close\r\n" in heard
            assert closed
            assert hear(idle) == (b"", True)


@pytest.mark.parametrize(
    "rubbish", ["FOO / HTTP/1.1\r\n\r\n", "GET /\u00e9 HTTP/1.1\r\nHost: x\r\n\r\n"]
)
def test_what_is_not_http_is_answered_with_the_headers_of_every_answer(
    both: tuple[Running, Running], rubbish: str
) -> None:
    fast, _ = both
    with connected(fast) as one:
        one.sendall(rubbish.encode("latin-1"))
        heard, closed = hear(one)
    assert heard.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert heard.endswith(b"\r\n\r\nInvalid HTTP request received.")
    for name in (b"date", b"connection", b"content-security-policy", b"x-content-type-options"):
        assert heard.count(b"\r\n" + name + b": ") == 1
    assert closed


def test_the_map_of_addresses_has_at_most_two_for_a_page(both: tuple[Running, Running]) -> None:
    fast, _ = both
    fast.client.get("/about"), fast.client.get("/about?date=2026-11-24")
    before = fast.portal.cache.addresses
    for n in range(50):
        host = {"host": f"h{n}.example"}
        fast.client.get("/about", params={"x": str(n)}, headers=host)
        fast.client.get(f"/about?date=19{n + 10}-01-01", headers=host)
        fast.client.get(f"/%61bout?x={n}", headers=host)
        fast.client.get("/about", params={"date": "2026-11-24", "x": n}, headers=host)
    assert fast.portal.cache.addresses == before
    assert "h49.example" not in fast.text("/about")


def test_uvicorn_still_has_what_the_protocol_relies_on() -> None:
    """Fails after an upgrade that renames it: read docs/decisions/0005 then."""
    methods: dict[str, list[str]] = {
        "connection_made": ["self", "transport"],
        "data_received": ["self", "data"],
        "on_message_begin": ["self"],
        "on_headers_complete": ["self"],
        "on_message_complete": ["self"],
        "on_body": ["self", "body"],
        "eof_received": ["self"],
        "_should_upgrade": ["self"],
        "on_response_complete": ["self"],
        "_unset_keepalive_if_required": ["self"],
        "shutdown": ["self"],
        "timeout_keep_alive_handler": ["self"],
    }
    for name, parameters in methods.items():
        method: Callable[..., Any] = getattr(httptools_impl.HttpToolsProtocol, name)
        assert list(inspect.signature(method).parameters) == parameters, name
    assert httptools_impl.STATUS_LINE[304] == b"HTTP/1.1 304 Not Modified\r\n"
    with serving(None) as running:
        running.client.get("/nothing")
        (connection,) = connections(running)
        for name in (
            "client", "loop", "server_state", "transport", "flow", "cycle", "parser", "pipeline",
            "url", "timeout_keep_alive", "timeout_keep_alive_task",
        ):  # fmt: skip
            assert getattr(connection, name) is not None, name
        assert connection.flow.write_paused is False
        assert connection.cycle.response_complete is True
        assert isinstance(connection.cycle.keep_alive, bool)
        assert isinstance(connection.timeout_keep_alive, int)
        source = inspect.getsource(httptools_impl)
        assert 'keep_alive=http_version != "1.0" and self.parser.should_keep_alive()' in source
        assert "self.timeout_keep_alive, self.timeout_keep_alive_handler" in source
        assert isinstance(connection.server_state.default_headers, list)


def test_a_page_knows_nothing_of_the_protocol() -> None:
    assert "uvicorn" not in inspect.getsource(day_pages)
    assert inspect.signature(Server).parameters["answers_at_once"].default is True
