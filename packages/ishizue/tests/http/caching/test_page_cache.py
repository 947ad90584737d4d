"""The page cache is bounded, and serves nothing after its time."""

import re
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.http.standin import NOON

from ishizue.http.caching.page_cache import Lifetime, PageCache

DAY = NOON.timestamp() - 43_200, Lifetime(NOON.timestamp() + 43_200)


def a_cache(pages: float) -> PageCache:
    """A page cache with room for so many pages of 10 kB."""
    return PageCache(int(pages * 12_500), NOON.timestamp)


def use(cache: PageCache, key: str, rendered: list[str] | None = None) -> None:
    def render() -> str:
        if rendered is not None:
            rendered.append(key)
        return key * 10_000

    cache.page(key, render)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 600)), max_size=200))
def test_the_cache_never_holds_more_than_its_bound(asked: list[tuple[int, int]]) -> None:
    cache = PageCache(10_000, NOON.timestamp)
    for key, size in asked:
        page = cache.page((key, size), lambda size=size: "x" * size * 20)  # type: ignore[misc]
        cache.make_ready(b"%d" % key, page, *DAY)
        assert len(page.body) == size * 20
        assert cache.bytes <= 10_000
        assert len(cache._entries) <= 5


def test_the_cache_takes_as_much_memory_as_it_counts() -> None:
    most = 1_000_000
    day = NOON.date()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        cache = PageCache(most, NOON.timestamp)
        for n in range(1000):
            page = cache.page(("date.html", day - timedelta(n), day), lambda n=n: f"page {n}")  # type: ignore[misc]
            for address in (b"/a/page/of/the/service/%d", b"/a/page/of/the/service/%d?date=x"):
                cache.make_ready(address % n, page, *DAY)
        assert most * 0.4 < tracemalloc.get_traced_memory()[0] - before < most
    finally:
        tracemalloc.stop()


def test_those_who_wait_for_a_page_have_its_parts_rendered_once_and_from_the_first() -> None:
    cache = a_cache(3)
    rendered = list[str]()

    def render() -> Iterator[str]:
        for part in "abc":
            rendered.append(part)
            if rendered == ["a", "b"]:
                raise KeyError
            yield part

    first, second = cache.draft("page", render), cache.draft("page", render)
    assert first.advance(gzip=False) is None
    with pytest.raises(KeyError):
        second.advance(gzip=False)
    drafts = [first, second] * 2
    *missing, page = [draft.advance(gzip=False) for draft in drafts]
    assert page
    assert (missing, page.body) == ([None] * 3, b"abc")
    assert rendered == ["a", "b", "a", "b", "c"]
    cache.put("another", b"x" * 30_000)
    assert cache.get("page") is None
    assert second.advance(gzip=True) is page, "evicted while somebody waits for its gzip"
    del first, second, drafts
    assert not cache._drafts


def test_a_page_is_rendered_once_until_it_is_the_least_recently_used_of_a_full_cache() -> None:
    cache = a_cache(3)
    rendered = list[str]()
    for key in "abacdab":
        use(cache, key, rendered)
    assert rendered == ["a", "b", "c", "d", "b"]
    for n in range(100):
        use(cache, "a", rendered)
        use(cache, chr(0x100 + n))
    assert rendered.count("a") == 1, "in use, so that no new page takes its place"


def test_an_evicted_page_leaves_no_entry() -> None:
    cache = a_cache(2)
    page = cache.page("a", lambda: "a" * 10_000)
    cache.make_ready(b"/a", page, *DAY)
    assert len(cache._entries) == 1
    for n in range(5):
        use(cache, chr(0x100 + n))
    assert (len(cache._entries), cache.find(b"/a")) == (0, None)
    cache.make_ready(b"/a", page, *DAY)
    assert len(cache._entries) == 0, "an entry of a page that is not counted"


def test_a_page_whose_time_ends_during_the_request_is_not_found_again() -> None:
    now = NOON.timestamp()
    cache = PageCache(1_000_000, lambda: now)
    page = cache.page("a", lambda: "a" * 1000)
    cache.make_ready(b"/a", page, *DAY)
    now += 24 * 60 * 60
    cache.make_ready(b"/a", page, *DAY)
    assert cache.find(b"/a") is None
    assert cache.find(b"/a") is None, "asked twice"
    assert len(cache._entries) == 0


def stored_seconds(lifetime: Lifetime, now: float) -> int:
    match = re.search(r"s-maxage=(\d+)", lifetime.cache_control(now))
    assert match
    return int(match[1])


@given(left=st.floats(-90_000, 90_000), most=st.integers(0, 100_000), late=st.floats(0, 1.9))
def test_nothing_is_stored_beyond_its_time_by_a_cache_that_counts_whole_seconds(
    left: float, most: int, late: float
) -> None:
    until = 1_000_000.0
    sent = until - left
    seconds = stored_seconds(Lifetime(until, most), sent)
    stale = int(sent + late) + seconds + 1  # a cache that has it late, and rounds in its favor
    assert seconds == 0 or stale <= until
    assert 0 <= seconds <= most
    assert (stored_seconds(Lifetime(until), sent) > 0) == (sent <= Lifetime(until).last_stored)
