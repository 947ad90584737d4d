"""The table of ranks: as the sky says."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kirosample.almanac import FIRST_DAY, LAST_DAY, OutOfRange
from kirosample.horoscope import SIGNS, ranks
from kirosample.horoscope.ranking import rank_signs
from kirosample.horoscope.standings import FIRST_OF_TABLE, change, load_ranks, pack_ranks


@settings(max_examples=60, deadline=None)
@given(first=st.dates(FIRST_DAY, LAST_DAY - timedelta(days=4)))
def test_the_table_says_what_the_sky_says(first: date) -> None:
    """Five days at a time: they share most of their months. Changes are places gained in a day."""
    places: dict[str, int] = {}
    for number in range(5):
        day = first + timedelta(days=number)
        assert ranks(day) == rank_signs(day), "after a change of the rules, run write_tables"
        before, places = places, {of.sign: of.rank for of in ranks(day)}
        for sign in before:
            assert change(day, sign) == before[sign] - places[sign]


def test_the_table_covers_the_almanac_and_the_day_before() -> None:
    assert ranks(FIRST_DAY) == rank_signs(FIRST_DAY)
    assert ranks(LAST_DAY) == rank_signs(LAST_DAY)
    assert pack_ranks([rank_signs(FIRST_OF_TABLE)]) == load_ranks()[: len(SIGNS)]
    for beyond in (FIRST_DAY - timedelta(days=1), LAST_DAY + timedelta(days=1)):
        for lookup in (ranks, lambda day: change(day, "leo")):
            with pytest.raises(OutOfRange, match="1900-01-01 to 2100-12-31"):
                lookup(beyond)
