"""The table of ranks: as the sky says, and refused when damaged."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kirosample.almanac import FIRST_DAY, LAST_DAY, OutOfRange
from kirosample.commands.content import InvalidContent, load_content
from kirosample.content import ContentError
from kirosample.horoscope import SIGNS, ranks, standings, table
from kirosample.horoscope.ranking import ranking
from kirosample.horoscope.standings import (
    FILE,
    FIRST_OF_TABLE,
    change,
    load_ranks,
    packed,
)


@settings(max_examples=60, deadline=None)
@given(first=st.dates(FIRST_DAY, LAST_DAY - timedelta(days=4)))
def test_the_table_says_what_the_sky_says(first: date) -> None:
    """Five days at a time: they share most of their months."""
    for number in range(5):
        day = first + timedelta(days=number)
        assert ranks(day) == ranking(day), "after a change of the rules, run write_tables"


def test_the_table_covers_the_almanac_and_the_day_before() -> None:
    assert ranks(FIRST_DAY) == ranking(FIRST_DAY)
    assert ranks(LAST_DAY) == ranking(LAST_DAY)
    for beyond in (FIRST_DAY - timedelta(days=1), LAST_DAY + timedelta(days=1)):
        for lookup in (ranks, lambda day: change(day, "leo")):
            with pytest.raises(OutOfRange, match="1900-01-01 to 2100-12-31"):
                lookup(beyond)


@pytest.mark.parametrize("day", [FIRST_DAY, date(2026, 11, 26), LAST_DAY], ids=str)
def test_a_change_is_the_number_of_places_gained_since_the_day_before(day: date) -> None:
    before = {standing.sign: standing.rank for standing in ranking(day - timedelta(days=1))}
    changes = {standing.sign: change(day, standing.sign) for standing in ranks(day)}
    assert changes == {
        standing.sign: before[standing.sign] - standing.rank for standing in ranks(day)
    }
    assert sum(changes.values()) == 0


def test_a_packed_table_unpacks_to_its_days() -> None:
    assert packed([ranking(FIRST_OF_TABLE)])[4:] == load_ranks()[: len(SIGNS)]


def test_a_short_or_damaged_table_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = table.content(FILE)
    for wrong, words in (
        (b"", "has 0 bytes, not 880984"),
        (whole[:-1], "has 880983 bytes, not 880984"),
        (whole[:400_000] + bytes([whole[400_000] ^ 1]) + whole[400_001:], "checksum"),
    ):
        with pytest.raises(ContentError, match=rf"^horoscope/ranks\.bin .*{words}.*write_tables$"):
            table.unsealed(FILE, wrong, len(load_ranks()))
    monkeypatch.setattr(standings, "content", lambda _: b"")
    load_ranks.cache_clear()
    with pytest.raises(InvalidContent, match=r"ranks\.bin has 0 bytes"):
        load_content()
