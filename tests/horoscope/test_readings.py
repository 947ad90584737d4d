"""The readings of a day: shape, order, and determinism."""

import os
import sys
from datetime import date, timedelta
from hashlib import sha256
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ishizue.testing.processes import printed
from kirosample.almanac import FIRST_DAY, LAST_DAY
from kirosample.horoscope import (
    SIGNS,
    Aspect,
    Fact,
    InHouse,
    MoonPhase,
    Retrograde,
    Season,
    opening,
    ranks,
    ranks_by,
    reading,
    readings,
    sentences,
)
from kirosample.horoscope.sky import Sky, separation, sky
from kirosample.horoscope.standings import change
from tests.horoscope.years import days

ANY_DAY = st.dates(FIRST_DAY, LAST_DAY)
FINGERPRINT = """
import datetime, hashlib
from kirosample.horoscope import readings
print(hashlib.sha256(repr(readings(datetime.date(2026, 11, 24))).encode()).hexdigest())
"""


@settings(max_examples=60, deadline=None)
@given(day=ANY_DAY)
def test_every_day_has_twelve_readings_in_order_of_rank(day: date) -> None:
    today = readings(day)
    assert [(shown.sign, shown.rank, shown.overall) for shown in today] == list(ranks(day))
    assert ranks_by(day, "overall") == tuple(shown.sign for shown in today)
    assert {shown.sign for shown in today} == {sign.id for sign in SIGNS}
    for shown in today:
        assert shown.date == day
        assert shown.change == change(day, shown.sign)
        assert {shown.overall, shown.love, shown.work, shown.money} <= {1, 2, 3, 4, 5}
        assert 2 <= len(sentences(shown.text.ja)) <= 7
        assert 2 <= len(shown.because) <= 3
        assert len(set(shown.because)) == len(shown.because)
        assert reading(day, shown.sign) == shown
        headline, first = opening(day, shown.sign)
        assert headline == shown.headline
        assert all(text.startswith(begun) for text, begun in zip(shown.text, first, strict=True))


@pytest.mark.parametrize("year", [1900, 2026, 2100])
def test_every_reason_is_true_of_its_day_and_sign(year: int) -> None:
    """Of the sky, which test_sky.py compares with a second model."""
    for day in islice(days(year, year), 0, None, 2):
        for shown in readings(day):
            assert [
                fact for fact in shown.because if not holds(fact, sky(day), shown.sign)
            ] == [], day


def holds(fact: Fact, today: Sky, sign: str) -> bool:
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


def test_an_unknown_sign_raises_key_error_and_a_day_out_of_range_value_error() -> None:
    with pytest.raises(KeyError, match="ophiuchus"):
        reading(date(2026, 11, 24), "ophiuchus")
    for beyond in (FIRST_DAY - timedelta(days=1), LAST_DAY + timedelta(days=1)):
        with pytest.raises(ValueError, match="1900-01-01 to 2100-12-31"):
            readings(beyond)


def test_every_process_computes_the_same_readings_whatever_it_computed_before() -> None:
    for before in range(30, 0, -1):
        readings(date(2026, 11, 24) - timedelta(days=before))
    environ = {**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    there = printed(sys.executable, "-c", FINGERPRINT, env=environ).strip()
    assert there == sha256(repr(readings(date(2026, 11, 24))).encode()).hexdigest()
