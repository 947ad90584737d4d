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
@example(day=LAST_DAY, sign="leo")
@example(day=date(2026, 11, 29), sign="leo")
def test_the_next_good_days_are_the_first_three_after_a_day(day: date, sign: str) -> None:
    found = good_days(day, sign)
    assert list(found) == [ranked(one.date, sign) for one in found]
    last = found[-1].date if len(found) == 3 else LAST_DAY
    after = [day + timedelta(days=number) for number in range(1, (last - day).days + 1)]
    good = [one for one in after if ranked(one, sign).overall >= 4 and ranked(one, sign).rank <= 6]
    assert [one.date for one in found] == good


def named(text: str, weekdays: list[str], days: list[date]) -> list[date]:
    """The days of a week whose weekdays a text names, in order."""
    return [day for day in days if re.search(rf"{weekdays[day.weekday()]}", text)]


def day_lines(found: Week) -> set[str]:
    """What may be said of the days of a week: which praise, which warn, and in which order."""
    best, hardest = found.best, found.hardest
    if best and hardest:
        first = best.date < hardest.date
        pool = load_week_lines().days["best before hardest" if first else "hardest before best"]
    else:
        pool = load_week_lines().days["best" if best else "hardest" if hardest else "level"]
    names = {
        name: WEEKDAYS[one.date.weekday()].ja
        for name, one in (("best", best), ("hardest", hardest))
        if one
    }
    return {line.ja.format(**names) for line in pool}


def test_a_week_names_only_days_to_come_and_only_what_they_are() -> None:
    def stars(one: RankedDay) -> tuple[int, int]:
        return one.overall, -one.rank

    ja, en = ([one[n] for one in WEEKDAYS] for n in (0, 1))
    standings = {day: {one.sign: one for one in ranks(day)} for day in days(2026, 2028)}
    for day in days(2026, 2027):
        is_weekend = day.weekday() >= 5
        monday = day + timedelta(days=7 - day.weekday()) if is_weekend else day
        ahead = [monday + timedelta(days=n) for n in range(7 - monday.weekday())]
        for sign in SIGNS:
            found = week(day, sign.id)
            of = {one: standings[one][sign.id] for one in ahead}
            known = [(one, of[one].rank, of[one].overall) for one in ahead]
            assert (list(found.days), found.is_next) == (known, is_weekend)
            good = [one for one in found.days if one.overall >= 4 and one.rank <= 6]
            hard = [one for one in found.days if one.overall <= 2 and one.rank >= 7]
            assert found.best in good or not (found.best or good)
            assert found.hardest in hard or not (found.hardest or hard)
            if found.best:
                assert stars(found.best) == max(map(stars, good))
            if found.hardest:
                assert stars(found.hardest) == min(map(stars, hard))
            expected = sorted(one.date for one in (found.best, found.hardest) if one)
            assert named(found.text.ja, ja, ahead) == expected, found.text.ja
            assert named(found.text.en, en, ahead) == expected, found.text.en
            assert found.text.ja.split("。")[1] + "。" in day_lines(found)
            everywhere = sum(map(found.text.en.count, en)), sum(map(found.text.ja.count, ja))
            assert everywhere == (len(expected), len(expected))
            this, that = ("来週", "今週") if is_weekend else ("今週", "来週")
            assert this in found.text.ja
            assert that not in found.text.ja
            this, that = ("next week", "this week") if is_weekend else ("this week", "next week")
            assert this in found.text.en.lower()
            assert that not in found.text.en.lower()
            assert found.text.ja.count("。") == 2


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
            found = week(date(2026, 1, 1) + timedelta(days=number), sign.id)
            first, second, _ = found.text.ja.replace("来週", "今週").split("。")
            assert second not in {one for said in told[-7:] for one in said}
            if len(found.days) < 7:
                assert first not in {one for said in told[-7:] for one in said}
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
