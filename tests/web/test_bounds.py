"""Memory stays within its bounds, whoever asks for whatever."""

from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st
from tests.servers import Running

from kirosample import limits
from kirosample.web.page_cache import PageCache
from kirosample.web.rate_limit import RateLimit
from kirosample.web.visitors import Visitors


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 600)), max_size=200))
def test_the_page_cache_never_holds_more_than_its_bound(asked: list[tuple[int, int]]) -> None:
    cache = PageCache(1000)
    for key, size in asked:
        page = cache.page((key, size), lambda size=size: "x" * size)  # type: ignore[misc]
        assert len(page.body) == size
        assert cache.bytes <= 1000


def test_a_page_is_rendered_once_while_it_is_kept() -> None:
    cache, rendered = PageCache(100), []
    for key in ("a", "b", "a", "a", "b"):
        cache.page(key, lambda key=key: rendered.append(key) or key * 30)  # type: ignore[misc,func-returns-value]
    assert rendered == ["a", "b"]


def test_what_was_asked_for_longest_ago_goes_first() -> None:
    cache, rendered = PageCache(100), []
    for key in ("a", "b", "a", "c", "d", "a", "b"):
        cache.page(key, lambda key=key: rendered.append(key) or key * 30)  # type: ignore[misc,func-returns-value]
    assert rendered == ["a", "b", "c", "d", "b"]


def test_unknown_parameters_and_hosts_make_no_new_page(pages: Running) -> None:
    pages.client.get("/date")
    before = pages.portal.cache.bytes
    for n in range(20):
        pages.client.get("/date", params={f"x{n}": "y"}, headers={"host": f"h{n}.example"})
    assert pages.portal.cache.bytes == before


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
