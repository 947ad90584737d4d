"""A sign's fortnight, month and week."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kirosample.almanac import FIRST_DAY, LAST_DAY
from kirosample.horoscope import SIGNS, RankedDay, best_days, fortnight, outlook, ranks, week
from kirosample.horoscope.ranking import Standing
from kirosample.horoscope.week_lines import DAYS, TRENDS, WEEKDAYS
from tests.horoscope.years import days

ANY_DAY = st.dates(FIRST_DAY, LAST_DAY)
ANY_SIGN = st.sampled_from([sign.id for sign in SIGNS])


def ranked(day: date, sign: str) -> RankedDay:
    (one,) = (one for one in ranks(day) if one.sign == sign)
    return RankedDay(day, one.rank, one.overall)


@settings(max_examples=50, deadline=None)
@given(day=ANY_DAY, sign=ANY_SIGN)
@example(day=FIRST_DAY, sign="aries")
@example(day=LAST_DAY, sign="aries")
def test_a_fortnight_has_seven_days_before_and_after(day: date, sign: str) -> None:
    around = [day + timedelta(days=number) for number in range(-7, 8)]
    within = [one for one in around if FIRST_DAY <= one <= LAST_DAY]
    assert fortnight(day, sign) == tuple(ranked(one, sign) for one in within)


@settings(max_examples=50, deadline=None)
@given(day=ANY_DAY, sign=ANY_SIGN)
@example(day=FIRST_DAY, sign="leo")
@example(day=LAST_DAY, sign="leo")
def test_no_day_of_the_month_is_better_than_its_best_days(day: date, sign: str) -> None:
    month = [one for one in days(day.year, day.year) if one.month == day.month]
    best = best_days(day, sign)
    assert [one.date for one in best] == sorted({one.date for one in best} & {*month})
    assert len(best) == 3
    worst = min((one.overall, -one.rank) for one in best)
    others = [ranked(one, sign) for one in month if ranked(one, sign) not in best]
    assert all((one.overall, -one.rank) <= worst for one in others)


@settings(max_examples=50, deadline=None)
@given(day=ANY_DAY, sign=ANY_SIGN)
def test_a_week_is_the_calendar_week_and_names_its_best_day(day: date, sign: str) -> None:
    found = week(day, sign)
    monday = day - timedelta(days=day.weekday())
    all_days = [monday + timedelta(days=number) for number in range(7)]
    assert found.days == tuple(ranked(one, sign) for one in all_days if one <= LAST_DAY)
    assert (-found.best.overall, found.best.rank) == min((-d.overall, d.rank) for d in found.days)
    assert (found.hardest.overall, -found.hardest.rank) == min(
        (d.overall, -d.rank) for d in found.days
    )
    best, hardest = (WEEKDAYS[one.date.weekday()] for one in (found.best, found.hardest))
    named = {one.ja for one in WEEKDAYS if one.ja in found.text.ja.partition("。")[2]}
    assert named == ({best.ja, hardest.ja} if found.hardest.overall <= 2 else {best.ja})
    assert best.en in found.text.en
    assert found.text.ja.count("。") == len(re.findall(r"\.(?: |$)", found.text.en)) == 2
    assert all(week(one.date, sign) == found for one in found.days)


def test_neighboring_weeks_share_no_sentence() -> None:
    for sign in SIGNS:
        said: set[str] = set()
        for number in range(9 * 52):
            text = week(date(2024, 1, 1) + timedelta(weeks=number), sign.id).text
            now = {*text.ja.split("。")} - {""}
            assert not now & said, (sign.id, number)
            said = now


def given_ranks(monkeypatch: pytest.MonkeyPatch, given: list[int]) -> None:
    """Every sign's ranks from Monday to Sunday."""

    def standing(day: date, sign: str) -> Standing:
        rank = given[day.weekday()]
        return Standing(sign, rank, 5 - rank // 3)

    monkeypatch.setattr(outlook, "standing", standing)


@pytest.mark.parametrize(
    ("trend", "given"),
    [
        ("rising", [9, 10, 8, 6, 6, 2, 1]),
        ("rising", [8, 7, 6, 6, 10, 6, 5]),
        ("falling", [2, 1, 4, 7, 6, 10, 11]),
        ("peak", [8, 9, 3, 1, 2, 8, 7]),
        ("dip", [3, 2, 9, 12, 10, 4, 3]),
        ("bright", [4, 2, 5, 3, 4, 3, 5]),
        ("quiet", [9, 10, 8, 10, 9, 10, 9]),
        ("mixed", [2, 11, 5, 9, 3, 12, 1]),
        ("mixed", [9, 8, 11, 12, 10, 2, 1]),  # it does not rise from day to day
        ("mixed", [6, 11, 1, 10, 10, 4, 7]),  # the best day is far from the good ones
        ("quiet", [11, 12, 9, 8, 8, 11, 12]),  # a crest that is none
    ],
)
def test_the_trend_follows_from_the_ranks(
    trend: str, given: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    given_ranks(monkeypatch, given)
    assert week(date(2026, 11, 26), "leo").trend == trend


def test_signs_with_the_same_week_read_different_words(monkeypatch: pytest.MonkeyPatch) -> None:
    given_ranks(monkeypatch, [9, 10, 8, 6, 6, 2, 1])
    texts = {week(date(2026, 11, 26), sign.id).text for sign in SIGNS}
    assert len(texts) == len(SIGNS)


def test_a_week_that_the_almanac_cuts_off_has_no_slope() -> None:
    assert {len(week(LAST_DAY, sign.id).days) for sign in SIGNS} == {5}
    assert {week(LAST_DAY, sign.id).trend for sign in SIGNS} <= {"bright", "quiet", "mixed"}


def test_every_line_is_one_sentence_in_both_languages() -> None:
    pools = [*TRENDS.values(), *DAYS.values()]
    lines = [line for pool in pools for line in pool]
    assert len({line.ja for line in lines}) == len({line.en for line in lines}) == len(lines)
    for line in lines:
        assert re.fullmatch(r"[^。]{15,45}。", line.ja), line.ja
        assert re.fullmatch(r"[^.]{30,90}\.", line.en), line.en
        for name in ("{best}", "{hardest}"):
            assert (name in line.ja) == (name in line.en), line.ja
