"""The readings of a day: their shape, their order, and that a day always gives the same."""

import os
import subprocess
import sys
from datetime import date, timedelta
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kirosample.horoscope import FIRST_DAY, LAST_DAY, SIGNS, reading, readings
from kirosample.horoscope.composing import compositions
from kirosample.horoscope.scores import scores
from kirosample.horoscope.sky import sky

ANY_DAY = st.dates(FIRST_DAY, LAST_DAY)
FINGERPRINT = """
import datetime, hashlib
from kirosample.horoscope import readings
print(hashlib.sha256(repr(readings(datetime.date(2026, 11, 24))).encode()).hexdigest())
"""


@settings(max_examples=60, deadline=None)
@given(day=ANY_DAY)
def test_any_day_gives_twelve_readings_in_order_of_rank(day: date) -> None:
    today = readings(day)
    assert [one.rank for one in today] == list(range(1, 13))
    assert {one.sign for one in today} == {sign.id for sign in SIGNS}
    for one in today:
        assert one.date == day
        assert {one.overall, one.love, one.work, one.money} <= {1, 2, 3, 4, 5}
        assert 90 <= len(one.text) <= 170
        assert 3 <= one.text.count("。") <= 5
        assert 3 <= len(one.because) <= 5
        assert len(set(one.because)) == len(one.because)


@settings(max_examples=60, deadline=None)
@given(day=ANY_DAY)
def test_a_better_rank_never_has_a_lower_overall_score(day: date) -> None:
    overall = [one.overall for one in readings(day)]
    assert overall == sorted(overall, reverse=True)


def test_overall_lies_between_the_lowest_and_the_highest_area_give_or_take_one() -> None:
    for number in range(365):
        for one in readings(date(2026, 1, 1) + timedelta(days=number)):
            areas = (one.love, one.work, one.money)
            assert min(areas) - 1 <= one.overall <= max(areas) + 1


def test_the_reasons_of_a_day_differ_from_the_next_days() -> None:
    week = [tuple(one.because for one in readings(date(2026, 11, day))) for day in range(1, 8)]
    assert all(one != other for one, other in pairwise(week))


def test_one_sign_s_reading_is_the_one_in_the_ranking() -> None:
    day = date(2026, 11, 24)
    for one in readings(day):
        assert reading(day, one.sign) == one


def test_an_unknown_sign_is_a_key_error_and_a_day_out_of_range_a_value_error() -> None:
    with pytest.raises(KeyError, match="ophiuchus"):
        reading(date(2026, 11, 24), "ophiuchus")
    for beyond in (FIRST_DAY - timedelta(days=1), LAST_DAY + timedelta(days=1)):
        with pytest.raises(ValueError, match="1900-01-01 and 2100-12-31"):
            readings(beyond)


def test_a_day_reads_the_same_whatever_was_asked_before_it() -> None:
    day = date(2026, 11, 29)
    after_others = [readings(day - timedelta(days=back)) for back in range(30, -1, -1)][-1]
    for cached in (readings, compositions, scores, sky):
        cached.cache_clear()
    assert readings(day) == after_others


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_every_process_gives_the_same_day(hash_seed: str) -> None:
    printed = subprocess.run(
        [sys.executable, "-c", FINGERPRINT],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    here = sha256(repr(readings(date(2026, 11, 24))).encode()).hexdigest()
    assert printed == here
