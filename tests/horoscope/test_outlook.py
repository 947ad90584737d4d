"""A sign's fortnight, week ahead and next good days."""

import re
from datetime import date, timedelta
from itertools import chain

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import astuple

from kirosample.almanac import FIRST_DAY, LAST_DAY
from kirosample.horoscope import SIGNS, fortnight, good_days, outlook, week
from kirosample.horoscope.outlook import WEEKDAYS, RankedDay, Trend, load_week_lines
from kirosample.horoscope.standings import Standing, standing
from kirosample.text import split_sentences
from tests.horoscope.wording import NEVER, check_text
from tests.years import days


@settings(max_examples=50, deadline=None)
@given(day=st.dates(FIRST_DAY, LAST_DAY), sign=st.sampled_from([sign.id for sign in SIGNS]))
@example(day=FIRST_DAY, sign="aries")
@example(day=LAST_DAY, sign="aries")
def test_a_fortnight_and_the_next_good_days_are_as_the_ranks_say(day: date, sign: str) -> None:
    around = [day + timedelta(days=number) for number in range(-7, 60)]
    known = [near for near in around if FIRST_DAY <= near <= LAST_DAY]
    within = [RankedDay(near, *standing(near, sign)[1:]) for near in known]
    close = [near for near in within if abs((near.date - day).days) < 8]
    assert list(fortnight(day, sign)) == close
    good = [near for near in within if near.date > day and near.overall >= 4 and near.rank <= 6]
    assert list(good_days(day, sign)) == good[:3]


def test_a_week_names_its_best_day_if_it_is_good_and_its_hardest_if_it_is_hard() -> None:
    def stars(ranked_day: RankedDay) -> tuple[int, int]:
        return ranked_day.overall, -ranked_day.rank

    *_, lines = astuple(load_week_lines())
    for day in (*days(2026, 2031), *days(2100, 2100)):
        is_next = day.weekday() >= 5
        first = day + timedelta(days=7 - day.weekday()) if is_next else day
        until = min(first + timedelta(days=6 - first.weekday()), LAST_DAY)
        ahead = [first + timedelta(days=n) for n in range((until - first).days + 1)]
        for sign in SIGNS:
            known = [RankedDay(later, *standing(later, sign.id)[1:]) for later in ahead]
            good = [of_day for of_day in known if of_day.overall >= 4 and of_day.rank <= 6]
            hard = [of_day for of_day in known if of_day.overall <= 2 and of_day.rank >= 7]
            named = [(max(good, key=stars).date, "best")] if good else []
            named += [(min(reversed(hard), key=stars).date, "hardest")] if hard else []
            words = {name: WEEKDAYS[of_day.weekday()] for of_day, name in named}
            kind = " before ".join(name for _, name in sorted(named)) or "level"
            coming = week(day, sign.id)
            assert coming.is_next == is_next
            for language, text in enumerate(coming.text):
                told = {line.filled(words)[language] for line in lines[kind]}
                assert split_sentences(text)[1] in told
            this, that = ("来週", "今週") if is_next else ("今週", "来週")
            assert this in coming.text.ja
            assert that not in coming.text.ja


def test_no_sentence_returns_within_a_week_but_that_about_the_whole_one() -> None:
    for sign in SIGNS:
        told: list[str] = []
        for day in days(2026, 2028):
            coming = week(day, sign.id)
            first, second, _ = coming.text.ja.replace("来週", "今週").split("。")
            assert second not in told[-14:]
            assert first not in told[-14:] or day.weekday() in (5, 6, 0), "a whole week"
            told += first, second


@pytest.mark.parametrize(
    ("trend", "given"),
    [
        ("rising", [9, 10, 8, 6, 6, 2, 1]),
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
    ],
)
def test_the_trend_follows_from_the_ranks_from_monday_to_sunday(
    trend: Trend, given: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def given_standing(day: date, sign: str) -> Standing:
        rank = given[day.weekday()]
        return Standing(sign, rank, 5 - rank // 3)

    monkeypatch.setattr(outlook, "standing", given_standing)
    told = week(date(2026, 11, 23), "leo").text.ja.partition("。")[0] + "。"
    assert told in {line.ja.format(week="今週") for line in load_week_lines().trend[trend]}


def test_every_line_is_one_sentence_in_both_languages() -> None:
    trend, rest, of_days = astuple(load_week_lines())
    whole = [line for pool in (*trend.values(), *rest.values()) for line in pool]
    lines = [*whole, *chain.from_iterable(of_days.values())]
    assert len({line.ja for line in lines}) == len({line.en for line in lines}) == len(lines)
    assert all("{week}" in line.ja and "{week}" in line.en.lower() for line in whole)
    for line in lines:
        check_text(line)
        assert not NEVER.search(line.ja + line.en), line
        assert re.fullmatch(r"[^。]{14,45}。", line.ja), line.ja
        assert re.fullmatch(r"[^.]{30,95}\.", line.en), line.en
        ja, en = ({*re.findall("{best}|{hardest}", words)} for words in line)
        assert ja == en, line
