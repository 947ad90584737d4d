"""The write limit: token buckets in little memory."""

import math

from hypothesis import given
from hypothesis import strategies as st

from kirosample import limits
from kirosample.web.rate_limit import RateLimit

WRITES = st.tuples(st.sampled_from("abc"), st.integers(1, 120), st.sampled_from([0.0, 0.5, 8.0]))
"""A client, how often it writes at once, and the seconds after that."""


@given(st.lists(WRITES, max_size=20))
def test_it_allows_what_buckets_that_are_never_forgotten_would(
    writes: list[tuple[str, int, float]],
) -> None:
    now = 0.0
    limit = RateLimit(60, lambda: now)
    buckets: dict[str, tuple[float, float]] = {}
    for client, times, then in writes:
        for _ in range(times):
            tokens, since = buckets.get(client, (limits.WRITE_BURST, now))
            tokens = min(limits.WRITE_BURST, tokens + now - since)
            expected = 0 if tokens >= 1 else math.ceil(1 - tokens)
            assert limit.take(client) == expected
            buckets[client] = (tokens if expected else tokens - 1, now)
        now += then


def test_a_burst_is_whole_at_any_rate() -> None:
    for per_minute in (7, 13, 119, 1_000_000):
        limit = RateLimit(per_minute, lambda: 12_345.678)
        for _ in range(limits.WRITE_BURST):
            assert limit.take("192.0.2.1") == 0
        assert limit.take("192.0.2.1") > 0


def test_only_clients_whose_bucket_is_not_full_are_remembered() -> None:
    now, most = 0.0, 0
    limit = RateLimit(120, lambda: now)
    for n in range(100_000):
        now += 1 / 10_000
        limit.take(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}")
        most = max(most, len(limit))
    # Ten thousand writes a second, each forgotten after half a second: twice that at most.
    assert most <= 10_001


def test_a_client_that_is_limited_stays_so_while_others_are_forgotten() -> None:
    now = 0.0
    limit = RateLimit(120, lambda: now)
    for _ in range(limits.WRITE_BURST):
        limit.take("192.0.2.1")
    for n in range(10_000):
        now += 1e-5
        limit.take(f"10.0.{n >> 8}.{n & 255}")
    assert limit.take("192.0.2.1") == 1
