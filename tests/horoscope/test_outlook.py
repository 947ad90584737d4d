"""A sign's fortnight, week ahead and next good days."""

import re
from datetime import date, timedelta
from itertools import chain

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import astuple

from kirosample.almanac import FIRST_DAY, LAST_DAY
from kirosample.horoscope import SIGNS, RankedDay, Week, fortnight, good_days, outlook, ranks, week
from kirosample.horoscope.ranking import Standing
from kirosample.horoscope.week_lines import WEEKDAYS, load_week_lines
from tests.horoscope.years import days

ANY_DAY = st.dates(FIRST_DAY, LAST_DAY)
ANY_SIGN = st.sampled_from([sign.id for sign in SIGNS])


def ranked(day: date, sign: str) -> RankedDay:
    (standing,) = (standing for standing in ranks(day) if standing.sign == sign)
    return RankedDay(day, standing.rank, standing.overall)


@settings(max_examples=50, deadline=None)
@given(day=ANY_DAY, sign=ANY_SIGN)
@example(day=FIRST_DAY, sign="aries")
@example(day=LAST_DAY, sign="aries")
def test_a_fortnight_has_seven_days_before_and_after(day: date, sign: str) -> None:
    around = [day + timedelta(days=number) for number in range(-7, 8)]
    within = [near for near in around if FIRST_DAY <= near <= LAST_DAY]
    assert fortnight(day, sign) == tuple(ranked(near, sign) for near in within)


@settings(max_examples=50, deadline=None)
@given(day=ANY_DAY, sign=ANY_SIGN)
@example(day=LAST_DAY, sign="leo")
@example(day=date(2026, 11, 29), sign="leo")
def test_the_next_good_days_are_the_first_three_after_a_day(day: date, sign: str) -> None:
    coming_days = good_days(day, sign)
    assert list(coming_days) == [ranked(ranked_day.date, sign) for ranked_day in coming_days]
    last = coming_days[-1].date if len(coming_days) == 3 else LAST_DAY
    after = [day + timedelta(days=number) for number in range(1, (last - day).days + 1)]
    good = [
        later
        for later in after
        if ranked(later, sign).overall >= 4 and ranked(later, sign).rank <= 6
    ]
    assert [ranked_day.date for ranked_day in coming_days] == good


def named(text: str, weekdays: list[str], days: list[date]) -> list[date]:
    """The days of a week whose weekdays a text names, in order."""
    return [day for day in days if re.search(rf"{weekdays[day.weekday()]}", text)]


def day_lines(coming: Week) -> set[str]:
    """What may be said of the days of a week: which praise, which warn, and in which order."""
    best, hardest = coming.best, coming.hardest
    if best and hardest:
        first = best.date < hardest.date
        pool = load_week_lines().days["best before hardest" if first else "hardest before best"]
    else:
        pool = load_week_lines().days["best" if best else "hardest" if hardest else "level"]
    names = {
        name: WEEKDAYS[named_day.date.weekday()].ja
        for name, named_day in (("best", best), ("hardest", hardest))
        if named_day
    }
    return {line.ja.format(**names) for line in pool}


def test_a_week_names_only_days_to_come_and_only_what_they_are() -> None:
    def stars(ranked_day: RankedDay) -> tuple[int, int]:
        return ranked_day.overall, -ranked_day.rank

    ja, en = ([weekday[n] for weekday in WEEKDAYS] for n in (0, 1))
    standings = {
        day: {standing.sign: standing for standing in ranks(day)} for day in days(2024, 2034)
    }
    for day in days(2024, 2033):
        is_weekend = day.weekday() >= 5
        monday = day + timedelta(days=7 - day.weekday()) if is_weekend else day
        ahead = [monday + timedelta(days=n) for n in range(7 - monday.weekday())]
        for sign in SIGNS:
            coming = week(day, sign.id)
            of = {later: standings[later][sign.id] for later in ahead}
            known = [(later, of[later].rank, of[later].overall) for later in ahead]
            assert (list(coming.days), coming.is_next) == (known, is_weekend)
            good = [of_day for of_day in coming.days if of_day.overall >= 4 and of_day.rank <= 6]
            hard = [of_day for of_day in coming.days if of_day.overall <= 2 and of_day.rank >= 7]
            assert coming.best in good or not (coming.best or good)
            assert coming.hardest in hard or not (coming.hardest or hard)
            if coming.best:
                assert stars(coming.best) == max(map(stars, good))
            if coming.hardest:
                assert stars(coming.hardest) == min(map(stars, hard))
            expected = sorted(of_day.date for of_day in (coming.best, coming.hardest) if of_day)
            assert named(coming.text.ja, ja, ahead) == expected, coming.text.ja
            assert named(coming.text.en, en, ahead) == expected, coming.text.en
            assert coming.text.ja.split("。")[1] + "。" in day_lines(coming)
            everywhere = sum(map(coming.text.en.count, en)), sum(map(coming.text.ja.count, ja))
            assert everywhere == (len(expected), len(expected))
            this, that = ("来週", "今週") if is_weekend else ("今週", "来週")
            assert this in coming.text.ja
            assert that not in coming.text.ja
            this, that = ("next week", "this week") if is_weekend else ("this week", "next week")
            assert this in coming.text.en.lower()
            assert that not in coming.text.en.lower()
            assert coming.text.ja.count("。") == 2


def test_told_on_another_day_the_week_is_not_this_one() -> None:
    thursday, sunday = date(2026, 12, 3), date(2026, 12, 6)
    assert "この週" in week(thursday, "leo", is_today=False).text.ja
    assert "次の週" in week(sunday, "leo", is_today=False).text.ja
    for day in (thursday, sunday):
        told = week(day, "leo", is_today=False).text
        assert not re.search("今週|来週|[Tt]his week|[Nn]ext week", told.ja + told.en)


def test_no_sentence_returns_within_a_week_but_that_about_the_whole_one() -> None:
    for sign in SIGNS:
        told: list[set[str]] = []
        for number in range(3 * 365):
            coming = week(date(2026, 1, 1) + timedelta(days=number), sign.id)
            first, second, _ = coming.text.ja.replace("来週", "今週").split("。")
            assert second not in {sentence for said in told[-7:] for sentence in said}
            if len(coming.days) < 7:
                assert first not in {sentence for said in told[-7:] for sentence in said}
            told.append({first, second})


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
        ("rising", [8, 10, 7, 6, 7, 6, 5]),
        ("falling", [2, 1, 4, 7, 6, 10, 11]),
        ("peak", [8, 9, 3, 1, 2, 8, 7]),
        ("dip", [3, 2, 9, 12, 10, 4, 3]),
        ("bright", [4, 2, 5, 3, 4, 3, 5]),
        ("quiet", [9, 10, 8, 10, 9, 10, 9]),
        ("mixed", [2, 11, 5, 9, 3, 12, 1]),
        ("mixed", [9, 8, 11, 12, 10, 2, 1]),  # it does not rise from day to day
        ("mixed", [6, 11, 1, 10, 10, 4, 7]),  # the best day is far from the good ones
        ("quiet", [11, 12, 9, 8, 8, 11, 12]),  # a crest that is none
        ("quiet", [9, 7, 10, 6, 9, 10, 7]),  # no day is good
        # Of each of these, the week goes as another line says but for one condition.
        ("mixed", [4, 12, 4, 5, 8, 7, 1]),
        ("mixed", [4, 12, 2, 12, 2, 11, 11]),
        ("mixed", [10, 10, 2, 10, 9, 12, 5]),
        ("mixed", [1, 7, 3, 4, 1, 8, 10]),
        ("mixed", [3, 4, 5, 3, 1, 8, 11]),
        ("mixed", [4, 3, 12, 6, 1, 4, 2]),
        ("mixed", [7, 2, 12, 2, 2, 2, 5]),
    ],
)
def test_the_trend_follows_from_the_ranks(
    trend: str, given: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    given_ranks(monkeypatch, given)
    assert week(date(2026, 11, 23), "leo").trend == trend


def test_signs_with_the_same_week_read_different_words(monkeypatch: pytest.MonkeyPatch) -> None:
    given_ranks(monkeypatch, [9, 10, 8, 6, 6, 2, 1])
    texts = {week(date(2026, 11, 23), sign.id).text for sign in SIGNS}
    assert len(texts) == len(SIGNS)


def test_the_calendar_cuts_off_the_last_week() -> None:
    for day in days(2100, 2100):
        assert week(day, "leo").days[-1].date <= LAST_DAY
    assert [len(week(LAST_DAY - timedelta(days=n), "leo").days) for n in (0, 4, 5)] == [1, 5, 5]


def test_every_line_is_one_sentence_in_both_languages() -> None:
    trend, rest, days_of_week = astuple(load_week_lines())
    pools = [*trend.values(), *rest.values(), *days_of_week.values()]
    lines = [line for pool in pools for line in pool]
    assert len({line.ja for line in lines}) == len({line.en for line in lines}) == len(lines)
    for pool in pools[: len(trend) + len(rest)]:
        assert all("{week}" in line.ja and "{week}" in line.en.lower() for line in pool)
    for line in lines:
        assert re.fullmatch(r"[^。]{14,45}。", line.ja), line.ja
        assert re.fullmatch(r"[^.]{30,95}\.", line.en), line.en
        for name in ("{best}", "{hardest}"):
            assert (name in line.ja) == (name in line.en), line.ja


def test_no_line_tells_to_tidy_up() -> None:
    """Any may be read on New Year's Day, when sweeping would sweep out the year's luck."""
    for pool in chain.from_iterable(pools.values() for pools in astuple(load_week_lines())):
        for line in pool:
            assert not re.search("片づけ|掃|拭|整え", line.ja), line.ja
            assert not re.search(r"\b(?:tid|clean|sweep|in order|chores)", line.en), line.en
