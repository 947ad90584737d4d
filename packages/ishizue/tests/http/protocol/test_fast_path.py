"""The fast path and the application send the same bytes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import ip_network

import pytest
from tests.http.standin import TRUSTED, serving_standin

from ishizue.http.protocol.head import HEAD_BYTES, HEAD_FIELDS
from ishizue.testing.running import RunningService
from ishizue.testing.wire import (
    TEN_HEADERS,
    Heard,
    connected,
    counting,
    exchange,
    get,
    hear,
)

ETAG = "{etag}"
"""In a request, the entity tag of `/page`."""

SERVED = {
    "a page": get(),
    "a page of a day": get("/page?date=2026-11-24"),
    "a browser's and the balancer's headers": get(headers=TEN_HEADERS),
    "100 fields": get(headers="A: b\r\n" * (HEAD_FIELDS - 1)),
    "any Host": "GET /page HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "the tag that it has": get(headers=f"If-None-Match: {ETAG}\r\n"),
    "the tag, weak": get(headers=f"If-None-Match: W/{ETAG}\r\n"),
    "the tag in a list": get(headers=f'IF-NONE-MATCH:"x",  {ETAG} , "y"\r\n'),
    "any tag": get(headers="if-none-match: * \r\n"),
    "another tag": get(headers='If-None-Match: "x"\r\n'),
    "an empty tag": get(headers="If-None-Match:\r\n"),
    "a tag that is not ASCII": get(headers="If-None-Match: \xff\r\n"),
    "two headers with tags": get(headers=f'If-None-Match: "x"\r\nIf-None-Match: {ETAG}\r\n'),
    "the tag in another header": get(headers=f"X-If-None-Match: {ETAG}\r\nA: if-none-match: *\r\n"),
    "a date beside the tag": get(headers="If-Modified-Since: Tue, 24 Nov 2026 00:00:00 GMT\r\n"),
    "a range": get(headers="Range: bytes=0-9\r\nIf-Range: x\r\n"),
    "Connection: keep-alive": get(headers="Connection: keep-alive\r\n"),
    "a scheme from an untrusted peer": get(headers="X-Forwarded-Proto: https\r\n"),
    "no body": get(headers="Content-Length: 0\r\n"),
    "Expect without a body": get(headers="Expect: 100-continue\r\n"),
}

PASSED_ON = {
    "101 fields": get(headers="A: b\r\n" * HEAD_FIELDS),
    "a long head": get(headers=f"A: {'b' * 2 * HEAD_BYTES}\r\n"),
    "no Host": "GET /page HTTP/1.1\r\n\r\n",
    "two Hosts": get(headers="HOST: localhost\r\n"),
    "HEAD": get(method="HEAD"),
    "POST": get(method="POST"),
    "a method in lower case": get(method="get"),
    "an unknown parameter": get("/page?utm_source=x"),
    "an unknown parameter beside the day": get("/page?date=2026-11-24&x=1"),
    "a fragment": get("/page#x"),
    "an empty query": get("/page?"),
    "escapes": get("/p%61ge"),
    "a slash too many": get("/page/"),
    "an absolute target": get("http://evil.example/page"),
    "CONNECT": get("evil.example:443", method="CONNECT"),
    "HTTP/1.0": get(version="1.0"),
    "HTTP/1.0 with keep-alive": get(version="1.0", headers="Connection: keep-alive\r\n"),
    "HTTP/0.9": "GET /page\r\n\r\n",
    "the preface of HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "an unknown version": get(version="1.7"),
    "Connection: close": get(headers="Connection: close\r\n"),
    "Connection: close in a list": get(headers="Connection: foo, Close\r\n"),
    "Connection: close among all headers": get(headers=TEN_HEADERS + "Connection: close\r\n"),
    "a body": get(headers="Content-Length: 5\r\n") + "hello",
    "a body that looks like a request": get(headers="Content-Length: 4\r\n") + "\r\n\r\n",
    "a body that does not arrive": get(headers="Content-Length: 5\r\n"),
    "a body in chunks": get(headers="Transfer-Encoding: chunked\r\n") + "2\r\nhi\r\n0\r\n\r\n",
    "an empty body in chunks": get(headers="Transfer-Encoding: chunked\r\n") + "0\r\n\r\n",
    "two lengths": get(headers="Content-Length: 0\r\nContent-Length: 5\r\n"),
    "a length and chunks": get(headers="Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"),
    "a negative length": get(headers="Content-Length: -1\r\n"),
    "Expect": get(headers="Expect: 100-continue\r\nContent-Length: 2\r\n") + "hi",
    "WebSocket": get(
        headers="Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    ),
    "h2c": get(headers="Connection: Upgrade\r\nUpgrade: h2c\r\n"),
    "two in one read": get() * 2,
    "three different in one read": get() + get("/nothing") + get("/"),
    "one and a half": get() + get("/")[:20],
    "one and an empty line": get() + "\r\n",
    "an empty line before": "\r\n" + get(),
    "a folded line": get(headers="A: b\r\n c\r\n"),
    "a bare line feed": get(headers="A: b\nIf-None-Match: *\r\n"),
    "only bare line feeds": get().replace("\r", ""),
    "a name with a space": get(headers="If-None-Match : *\r\n"),
    "a control character in a name": get(headers="A\x00B: c\r\n"),
    "a control character in a value": get(headers="A: b\x00c\r\n"),
    "a line without a colon": get(headers="rubbish\r\n"),
    "two spaces": get().replace(" HTTP", "  HTTP"),
    "a tab": get().replace("GET ", "GET\t"),
    "rubbish": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "half a request": get()[:-2],
    "only an empty line": "\r\n\r\n",
}

NOTES = get("/notes")
SHARED_READS = {
    "alone": [NOTES],
    "a browser's and the balancer's headers": [get("/notes", TEN_HEADERS)],
    "again and again": [NOTES, NOTES, NOTES],
    "before and after others": [get(), NOTES, get(), get("/nothing"), NOTES],
    "two in one read": [NOTES + NOTES],
    "three different in one read": [get() + NOTES + get("/nothing")],
    "one and a half": [NOTES + NOTES[:20], NOTES[20:]],
    "in pieces": [NOTES[:9], NOTES[9:]],
    "HEAD": [get("/notes", method="HEAD"), NOTES],
    "a tag, which a shared page has not": [get("/notes", "If-None-Match: *\r\n")],
    "Connection: close": [get("/notes", "Connection: close\r\n")],
    "HTTP/1.0": [get("/notes", version="1.0")],
    "with a body": [get("/notes", "Content-Length: 3\r\n") + "abc", NOTES],
    "with a query": [get("/notes?x=1")],
    "a control character in a name": [get("/notes", "A\x00B: c\r\n")],
}

REQUESTS = SERVED | PASSED_ON
Pair = tuple[RunningService, RunningService]
ALONE = {name: [raw] for name, raw in REQUESTS.items()}
FIRST = {name: [raw, get(), get("/notes?x"), get()] for name, raw in REQUESTS.items()}
AMID = {name: [get(), raw, get()] for name, raw in REQUESTS.items()}


def exchanges(running: RunningService, conversations: dict[str, list[str]]) -> dict[str, Heard]:
    """What is heard in each of the conversations, all held at the same time."""
    etag = running.client.get("/page").headers["etag"]

    def hold(parts: list[str]) -> Heard:
        return exchange(running, *(part.replace(ETAG, etag) for part in parts))

    with ThreadPoolExecutor(32) as pool:
        return dict(zip(conversations, pool.map(hold, conversations.values()), strict=True))


@pytest.mark.parametrize(
    "conversations",
    [ALONE, FIRST, AMID, SHARED_READS],
    ids=["alone", "first", "amid", "shared reads"],
)
def test_responses_are_the_application_s_to_the_byte(
    fast: RunningService, plain: RunningService, conversations: dict[str, list[str]]
) -> None:
    served, expected = (exchanges(running, conversations) for running in (fast, plain))
    different = [name for name in conversations if served[name] != expected[name]]
    assert not different, "\n".join(f"{n}: {served[n]} {expected[n]}" for n in different)


def response_to(running: RunningService, raw: str) -> bytes:
    """The response to a request that is the only one of its connection."""
    etag = running.client.get("/page").headers["etag"]
    with connected(running, raw.replace(ETAG, etag)) as connection:
        return hear(connection)


def test_the_fast_path_serves_what_it_can_and_passes_on_the_rest(fast: RunningService) -> None:
    for raw in SERVED.values():
        with counting(fast) as counted:
            response_to(fast, raw)
        assert len(counted) == 2, "the other one is for the entity tag"
    with counting(fast) as counted:
        exchanges(fast, {name: [raw] for name, raw in PASSED_ON.items()})
    assert len(counted) == 1


@pytest.fixture(scope="module")
def proxied() -> Iterator[Pair]:
    """Both servers behind a trusted proxy."""
    serving = partial(serving_standin, proxies=TRUSTED)
    with serving() as fast, serving(fast_path=False) as plain:
        fast.client.get("/page")
        yield fast, plain


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
def test_a_trusted_proxy_tells_the_scheme(proxied: Pair, headers: str, secure: bool) -> None:
    fast, plain = proxied
    with counting(fast) as counted:
        heard, expected = (response_to(running, get(headers=headers)) for running in (fast, plain))
    assert heard == expected
    assert len(counted) == 2
    assert (b"strict-transport-security" in heard) == secure


def test_the_clients_of_trusted_proxies_may_all_use_tls() -> None:
    asked = {"one": [get(headers="X-Forwarded-Proto: http\r\n")], "none": [get()]}
    for trusted, secure in (("127.0.0.0/8", True), ("10.0.0.0/8", False)):
        proxies = (ip_network(trusted),)
        public_url = "https://notes.example"
        serving = partial(serving_standin, proxies=proxies, public_url=public_url)
        with serving() as fast, serving(fast_path=False) as plain:
            heard, expected = (exchanges(server, asked) for server in (fast, plain))
        assert heard == expected
        for raw, _ in heard.values():
            assert (b"strict-transport-security" in raw) == secure


def test_unknown_parameters_and_hosts_add_nothing_to_the_cache(fast: RunningService) -> None:
    fast.client.get("/page/7"), fast.client.get("/page/7?date=2026-11-24")
    cache = fast.service_state.page_cache
    before = cache.bytes, len(cache._entries)
    for n in range(50):
        for target in (f"/page/7?x={n}", f"/%70age/7?x={n}", f"/page/7?date=2026-11-24&x={n}"):
            fast.client.get(target, headers={"host": f"h{n}.example"})
    assert (cache.bytes, len(cache._entries)) == before
