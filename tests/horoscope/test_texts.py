"""Readings over years: nothing is read again too soon."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from itertools import chain

import pytest

from kirosample.horoscope import MoonPhase, Reading, Season, readings
from tests.horoscope.years import days, without_joins

Days = Sequence[tuple[Reading, ...]]


@pytest.fixture(scope="module")
def years() -> Days:
    return [readings(day) for day in days(2026, 2027)]


def soonest_return(read: Iterable[tuple[Hashable, date]]) -> int:
    """Days after which any of these is read again, at least."""
    latest: dict[Hashable, date] = {}
    soonest = 10_000
    for what, day in read:
        soonest = min(soonest, (day - latest.get(what, date.min)).days)
        latest[what] = day
    return soonest


def said(one: Reading) -> list[str]:
    """The sentences of a reading in both languages."""
    return [*chain.from_iterable(without_joins(one.text).values())]


def test_nothing_is_read_again_too_soon(years: Days) -> None:
    every = [*chain.from_iterable(years)]
    sentences = (((one.sign, sentence), one.date) for one in every for sentence in said(one))
    assert soonest_return(sentences) > 10, "by a sign"
    headlines = ((one.headline.ja, one.date) for one in every if not 3 < one.rank < 10)
    assert soonest_return(headlines) > 7, "of the first and the last places, which everyone sees"
    assert soonest_return((one.text.ja, one.date) for one in every) >= 365, "a whole reading"


def test_the_readings_of_a_day_differ(years: Days) -> None:
    for today in years:
        assert max(Counter(chain.from_iterable(map(said, today))).values()) == 1
        for headlines in zip(*(one.headline for one in today), strict=True):
            assert len(set(headlines)) == 12
        assert max(Counter(fact for one in today for fact in one.because).values()) <= 4


def test_most_readings_end_on_their_subject(years: Days) -> None:
    endings = Counter(type(one.because[-1]) for today in years for one in today)
    assert 0 < endings[Season] / endings.total() < 0.2
    assert 0 < endings[MoonPhase] / endings.total() < 0.05


def test_readings_have_a_readable_length(years: Days) -> None:
    ja, en = zip(*(one.text for today in years for one in today), strict=True)
    for texts, shortest, longest in ((ja, 80, 190), (en, 180, 480)):
        lengths = [*map(len, texts)]
        assert shortest <= min(lengths)
        assert max(lengths) <= longest
