"""The readings of a day: shape, order, and reasons."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kirosample import horoscope
from kirosample.almanac import FIRST_DAY, LAST_DAY
from kirosample.horoscope import SIGNS, ranks, ranks_by, read_words, reading, readings, sky
from kirosample.horoscope.points import points
from kirosample.horoscope.readings.days import FULL_MOON, NEW_MOON
from kirosample.horoscope.readings.deals import choose_text
from kirosample.horoscope.sky import (
    Aspect,
    Fact,
    InHouse,
    MoonPhase,
    Retrograde,
    Season,
    separation,
)
from kirosample.horoscope.standings import change, standing
from kirosample.text import split_sentences
from tests.years import days


@settings(max_examples=60, deadline=None)
@given(day=st.dates(FIRST_DAY, LAST_DAY))
def test_every_day_has_twelve_readings_in_order_of_rank(day: date) -> None:
    today = readings(day)
    assert [(shown.sign, shown.rank, shown.overall) for shown in today] == list(ranks(day))
    assert ranks_by(day, "overall") == tuple(shown.sign for shown in today)
    for shown in today:
        assert shown.date == day
        assert shown.change == change(day, shown.sign)
        assert reading(day, shown.sign) == shown
        assert read_words(day, shown.sign) == (shown.headline, shown.text)
        for text, advice in zip(shown.text, shown.advice, strict=True):
            assert advice == split_sentences(text)[-1]


@pytest.mark.parametrize("year", [1900, 2026, 2027, 2028, 2100])
def test_every_reason_is_true_of_its_day_and_sign(year: int) -> None:
    """Of the sky, which test_sky.py compares with a second model."""
    fitting = 0
    for day in days(year, year):
        told = Counter[Fact]()
        for shown in readings(day):
            assert [fact for fact in shown.because if not holds(fact, sky(day), shown.sign)] == []
            moon, influence, *rest = shown.because
            assert isinstance(moon, InHouse)
            assert moon.body == "moon"
            _, kind = choose_text(day, standing(day, shown.sign))
            is_full = bool(kind and kind.startswith(FULL_MOON))
            is_moon = is_full or kind == NEW_MOON
            special = MoonPhase(is_full) if is_moon else Season(sky(day)["sun"].sign)
            assert rest == ([special] if kind else [])
            fitting += fits(influence, shown)
            told.update((moon, influence))
        assert max(told.values()) <= 4, day
    assert fitting > 0.97 * 365 * len(SIGNS)


def fits(influence: Fact, shown: horoscope.Reading) -> bool:
    """Whether what influences a sign helps on its good days, and strains on its hard ones."""
    side = 1 if shown.rank < 4 else -1 if shown.rank > 9 else shown.overall - 3
    if isinstance(influence, Retrograde):
        return side < 0
    assert isinstance(influence, (InHouse, Aspect))
    source = influence.body if isinstance(influence, InHouse) else influence
    return sum(dict(points(sky(shown.date), shown.sign))[source]) * side >= 0


def holds(fact: Fact, today: horoscope.Sky, sign: str) -> bool:
    order = [each.id for each in SIGNS]
    match fact:
        case InHouse():
            house = (order.index(fact.sign) - order.index(sign)) % 12 + 1
            return (today[fact.body].sign, house) == (fact.sign, fact.house)
        case Aspect():
            return fact in today.aspects
        case Retrograde():
            return today[fact.body].retrograde
        case MoonPhase():  # within the day, so at noon at most 12 hours away
            return separation(today.phase, 180 if fact.full else 0) <= 0.5 * 15.4
        case Season():
            return today["sun"].sign == fact.sign
