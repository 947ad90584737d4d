"""What a shared cache may store, and until when."""

import re

from hypothesis import given
from hypothesis import strategies as st

from ishizue.http.caching.lifetime import Lifetime

UNTIL = 1_000_000.0


def stored_seconds(lifetime: Lifetime, now: float) -> int:
    match = re.search(r"s-maxage=(\d+)", lifetime.cache_control(now))
    assert match
    return int(match[1])


@given(left=st.floats(-90_000, 90_000), most=st.integers(0, 100_000), late=st.floats(0, 1.9))
def test_nothing_is_stored_beyond_its_time_by_a_cache_that_counts_whole_seconds(
    left: float, most: int, late: float
) -> None:
    sent = UNTIL - left
    seconds = stored_seconds(Lifetime(UNTIL, most), sent)
    stale = int(sent + late) + seconds + 1  # a cache that has it late, and rounds in its favor
    assert seconds == 0 or stale <= UNTIL
    assert 0 <= seconds <= most
    assert (stored_seconds(Lifetime(UNTIL), sent) > 0) == (sent <= Lifetime(UNTIL).last_stored)


def test_a_page_is_stored_nearly_until_its_end() -> None:
    assert stored_seconds(Lifetime(UNTIL), UNTIL - 43_200) == 43_197
    assert stored_seconds(Lifetime(UNTIL, 10), UNTIL - 43_200) == 10
    assert stored_seconds(Lifetime(UNTIL, 10), UNTIL - 5) == 2
