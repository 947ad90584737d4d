"""The rate limit of writes: token buckets in bounded memory."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishizue.http import write_guard
from ishizue.http.security.clients import WRITE_BURST
from ishizue.http.write_guard import RateLimit, take_all

WRITES = st.tuples(st.sampled_from("abc"), st.integers(1, 120), st.sampled_from([0.0, 0.5, 8.0]))
"""A client, how often it writes at once, and the seconds after that."""


@given(st.lists(WRITES, max_size=20))
def test_it_allows_the_same_as_buckets_that_are_never_forgotten(
    writes: list[tuple[str, int, float]],
) -> None:
    now = 0.0
    limit = RateLimit(60, lambda: now)
    buckets: dict[str, tuple[float, float]] = {}
    for client, times, then in writes:
        for _ in range(times):
            tokens, since = buckets.get(client, (WRITE_BURST, now))
            tokens = min(WRITE_BURST, tokens + now - since)
            expected = 0 if tokens >= 1 else math.ceil(1 - tokens)
            assert limit.take(client) == expected
            buckets[client] = (tokens if expected else tokens - 1, now)
        now += then


def test_the_burst_is_exact_at_any_rate() -> None:
    for per_minute in (7, 13, 119, 1_000_000):
        limit = RateLimit(per_minute, lambda: 12_345.678)
        for _ in range(WRITE_BURST):
            assert limit.take("192.0.2.1") == 0
        assert limit.take("192.0.2.1") > 0


def test_only_clients_whose_bucket_is_not_full_are_remembered_and_not_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0
    most = 0
    limit = RateLimit(120, lambda: now)
    for n in range(10_000):
        now += 1 / 1_000
        limit.take(f"10.0.{n >> 8}.{n & 255}")
        most = max(most, len(limit._full_at))
    # A thousand writes a second, each forgotten after half a second: twice that at most.
    assert most <= 1_001
    monkeypatch.setattr(write_guard, "RATE_LIMIT_CLIENTS", 100)
    limit = RateLimit(120, lambda: 0.0)
    for n in range(200):
        limit.take(f"10.1.0.{n}")
    assert len(limit._full_at) == 100


def test_a_client_to_whom_a_limit_is_passed_on_has_no_more_left() -> None:
    limit = RateLimit(10 / 60, lambda: 0.0, burst=10)
    for client, times in (("a", 7), ("b", 1), ("c", 9)):
        for _ in range(times):
            assert limit.take(client) == 0
    limit.pass_on("a", "b")
    limit.pass_on("a", "c")
    limit.pass_on("unknown", "a")
    left = {client: [limit.take(client) for _ in range(10)].count(0) for client in "abc"}
    assert left == {"a": 3, "b": 3, "c": 1}


def test_a_write_that_one_limit_refuses_counts_in_none() -> None:
    wide, narrow = (RateLimit(60, lambda: 0.0, burst=burst) for burst in (3, 2))
    assert [take_all((wide, narrow), "192.0.2.1") for _ in range(9)] == [0, 0, *[1] * 7]
    assert [wide.take("192.0.2.1") for _ in range(2)] == [0, 1], "one was left"
