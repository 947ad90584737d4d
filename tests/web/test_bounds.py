"""Memory stays within its bounds, whoever asks for whatever."""

import gc
import tracemalloc
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from tests.servers import NOON, Running, noon
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from kirosample import limits
from kirosample.web.page_cache import PageCache
from kirosample.web.rate_limit import RateLimit
from kirosample.web.visitors import Visitors


def a_cache(pages: float) -> PageCache:
    """A page cache with room for so many pages of 10 kB."""
    return PageCache(int(pages * 12_500), noon)


def ask(cache: PageCache, key: str, rendered: list[str] | None = None) -> None:
    def render() -> str:
        if rendered is not None:
            rendered.append(key)
        return key * 10_000

    cache.page(key, render)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 600)), max_size=200))
def test_the_page_cache_never_holds_more_than_its_bound(asked: list[tuple[int, int]]) -> None:
    cache = PageCache(10_000, noon)
    for key, size in asked:
        page = cache.page((key, size), lambda size=size: "x" * size * 20)  # type: ignore[misc]
        cache.make_ready(b"%d" % key, page, NOON.date())
        assert len(page.body) == size * 20
        assert cache.bytes <= 10_000
        assert cache.addresses <= 5


def test_what_the_page_cache_takes_is_what_it_says() -> None:
    most, day = 2_000_000, NOON.date()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        cache = PageCache(most, noon)
        for n in range(5000):
            page = cache.page(("date.html", day - timedelta(n), day), lambda n=n: f"page {n}")  # type: ignore[misc]
            for address in (b"/horoscope/sagittarius/%d", b"/horoscope/sagittarius/%d?date=x"):
                cache.make_ready(address % n, page, day)
        assert most * 0.4 < tracemalloc.get_traced_memory()[0] - before < most
    finally:
        tracemalloc.stop()


def test_a_page_is_rendered_once_while_it_is_kept() -> None:
    cache, rendered = a_cache(3), list[str]()
    for key in "abaab":
        ask(cache, key, rendered)
    assert rendered == ["a", "b"]


def test_what_was_asked_for_longest_ago_goes_first() -> None:
    cache, rendered = a_cache(3), list[str]()
    for key in "abacdab":
        ask(cache, key, rendered)
    assert rendered == ["a", "b", "c", "d", "b"]


def test_ever_new_pages_do_not_push_out_what_is_in_use() -> None:
    cache, rendered = a_cache(10), list[str]()
    for n in range(1000):
        ask(cache, "used", rendered)
        ask(cache, chr(0x100 + n))
    assert rendered == ["used"]


def test_a_page_that_is_gone_leaves_no_address() -> None:
    cache = a_cache(2)
    page = cache.page("a", lambda: "a" * 10_000)
    cache.make_ready(b"/a", page, NOON.date())
    assert cache.addresses == 1
    for n in range(5):
        ask(cache, chr(0x100 + n))
    assert (cache.addresses, cache.find(b"/a")) == (0, None)
    cache.make_ready(b"/a", page, NOON.date())
    assert cache.addresses == 0, "an address of a page that is not counted"


def test_unknown_parameters_and_hosts_make_no_new_page(pages: Running) -> None:
    pages.client.get("/date")
    before = pages.portal.cache.bytes, pages.portal.cache.addresses
    for n in range(20):
        pages.client.get("/date", params={f"x{n}": "y"}, headers={"host": f"h{n}.example"})
    assert (pages.portal.cache.bytes, pages.portal.cache.addresses) == before


def test_a_burst_then_the_steady_rate() -> None:
    now = 0.0
    limit = RateLimit(120, lambda: now)
    assert [limit.take("192.0.2.1") for _ in range(101)] == [0] * limits.WRITE_BURST + [1]
    now = 0.5
    assert [limit.take("192.0.2.1"), limit.take("192.0.2.1")] == [0, 1]
    assert limit.take("192.0.2.2") == 0
    now = 1e6
    assert [limit.take("192.0.2.1") for _ in range(101)] == [0] * limits.WRITE_BURST + [1]


def test_an_ipv6_client_is_its_network_of_64_bits() -> None:
    limit = RateLimit(1, lambda: 0.0)
    for n in range(limits.WRITE_BURST):
        assert limit.take(f"2001:db8::{n:x}") == 0
    assert limit.take("2001:db8::ffff:1") > 0
    assert limit.take("2001:db8:0:1::1") == 0
    assert limit.take("::ffff:192.0.2.1") == 0


def test_ever_new_addresses_are_forgotten_in_time() -> None:
    limit = RateLimit(120, lambda: 0.0)
    for n in range(limits.RATE_LIMIT_CLIENTS + 1000):
        limit.take(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}")
    assert len(limit) == limits.RATE_LIMIT_CLIENTS


def test_a_signed_visitor_is_known_again_and_nobody_else_is() -> None:
    visitors, others = Visitors((b"one", b"two")), Visitors((b"three",))
    for _ in range(100):
        visitor = uuid4()
        assert visitors.verify(visitors.sign(visitor)) == visitor
        assert visitors.verify(Visitors((b"two",)).sign(visitor)) == visitor
        assert visitors.verify(others.sign(visitor)) is None


@given(st.text())
def test_no_text_is_a_visitor(cookie: str) -> None:
    assert Visitors((b"key",)).verify(cookie) is None


def test_a_cookie_whose_signature_is_not_ascii_is_no_visitor() -> None:
    signed = Visitors((b"key",)).sign(uuid4())
    assert Visitors((b"key",)).verify(signed[:-1] + "é") is None


def with_cookies(*headers: str) -> Request:
    sent = [(b"cookie", header.encode("latin-1")) for header in headers]
    return Request({"type": "http", "headers": [(b"host", b"x"), *sent]})


def test_a_visitor_is_known_by_any_of_the_first_cookies_with_our_name() -> None:
    visitors, visitor = Visitors((b"key",)), uuid4()
    ours = f"visitor={visitors.sign(visitor)}"
    for headers in (
        [ours],
        [f"a=b; {ours}; c=d"],
        [f"{ours}; visitor=another"],
        [f"visitor=another;{ours};visitor="],
        ["a=b", ours],
        [f'x="visitor=y; {ours}'],
    ):
        assert visitors.of(with_cookies(*headers)) == visitor, headers
    for headers in ([], [""], [f"x{ours}"], [f"a={ours}"], [f"a b{ours}"], [f"{ours}x"]):
        assert visitors.of(with_cookies(*headers)) is None, headers
    stuffed = "visitor=x;" * limits.COOKIES_TRIED
    assert visitors.of(with_cookies(stuffed + ours)) is None


def test_only_so_many_cookies_of_a_request_are_verified() -> None:
    verified: list[str] = []

    class Counting(Visitors):
        def verify(self, cookie: str) -> UUID | None:
            verified.append(cookie)
            return super().verify(cookie)

    forged = Visitors((b"another",)).sign(uuid4())
    assert Counting((b"key",)).of(with_cookies(f"visitor={forged};" * 1000)) is None
    assert len(verified) == limits.COOKIES_TRIED


@pytest.mark.parametrize(
    "unquoted", ['a="' + "\\" * 65_000 + '"', 'visitor="' + '\\"' * 32_000 + '"']
)
def test_a_cookie_is_found_without_the_parser_that_takes_seconds(
    monkeypatch: pytest.MonkeyPatch, unquoted: str
) -> None:
    # http.cookies takes 8 s for the first on Python 3.11.7, before CVE-2024-7592 was fixed.
    def never(_: str) -> str:
        raise AssertionError("http.cookies was asked")

    monkeypatch.setattr("http.cookies._unquote", never)
    assert Visitors((b"key",)).of(with_cookies(unquoted)) is None


_ROUNDS = 10


def test_an_answered_request_leaves_nothing_to_the_garbage_collector(server: Running) -> None:
    like = {"type": "horoscope", "item": "2026-11-24.leo"}
    gc.collect()
    gc.disable()
    try:
        for _ in range(_ROUNDS):
            for path in (
                "/date?x",
                "/api/date",
                "/favorites?mine=true",
                "/nothing",
                "/api/date?date=x",
            ):
                server.client.get(path)
            server.client.head("/quotes")
            server.client.post("/api/favorites", json=like)
            server.client.delete("/api/favorites/999")
        # Each connection has its last one, and one that was closed waits for the collector with it.
        # What a kind of request leaves, it leaves every time.
        left = sum(type(one) is RequestResponseCycle for one in gc.get_objects())
        assert left < _ROUNDS
    finally:
        gc.enable()


def test_midnight_between_the_request_and_its_response_breaks_no_later_request() -> None:
    """The page of the day that has just ended is not found again, and nor is it ready."""
    now = NOON
    cache = PageCache(1_000_000, lambda: now)
    page = cache.page("a", lambda: "a" * 1000)
    cache.make_ready(b"/a", page, NOON.date())
    now = NOON + timedelta(days=1)
    cache.make_ready(b"/a", page, NOON.date())
    assert cache.find(b"/a") is None
    assert cache.find(b"/a") is None, "asked twice"
    assert cache.addresses == 0
