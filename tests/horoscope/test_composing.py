"""Each sentence of a reading comes from the pool that the day's facts name."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

import pytest

from kirosample import almanac
from kirosample.almanac import FIRST_DAY, LAST_DAY
from kirosample.horoscope import (
    Aspect,
    Fact,
    InHouse,
    MoonPhase,
    Reading,
    Retrograde,
    Season,
    load,
    readings,
    sky,
)
from kirosample.horoscope.composing import _MANNERS, _NEIGHBORS, SIDES, is_day_off, tone
from kirosample.horoscope.influences import _VOICES
from kirosample.horoscope.lines.model import SUBJECTS
from kirosample.horoscope.standings import standing
from tests.horoscope.years import days, lines_of, pools

Year = Mapping[date, tuple[Reading, ...]]

SPECIAL = [date(2028, 1, 1), date(2028, 2, 14), date(2029, 2, 2), date(2028, 12, 24)]


@pytest.fixture(scope="module")
def year() -> Year:
    return {day: readings(day) for day in days(2028, 2028)}


def tone_of(reading: Reading) -> str:
    return tone(standing(reading.date, reading.sign))


def test_every_line_comes_from_the_pools_of_its_subject_tone_and_fact(year: Year) -> None:
    for day, today in year.items():
        for reading in today:
            moon, fact, *rest = reading.because
            assert moon == InHouse("moon", sky(day)["moon"].sign, house(moon))
            subject = SUBJECTS[house(moon) - 1]
            (_, opening), (_, development), *others = lines_of(reading)
            tones = tone_of(reading), _NEIGHBORS[tone_of(reading)]
            assert opening <= {f"{subject}.opening.{each}" for each in tones}
            (source,) = development
            assert source.startswith(f"{subject}.development.{voice(fact)}.")
            assert effect(fact) in (None, source.rpartition(".")[2])
            place = {"bright": "first", "low": "last"}.get(tone_of(reading), "middle")
            closings = {f"{subject}.closing.{place}", f"{subject}.closing.middle"}
            deeds = {f"{subject}.deed.{manner}" for manner in _MANNERS[SIDES[tone_of(reading)]]}
            for reason in rest:
                line, names = others.pop()
                assert names & closing_of(reason, day), (day, reading)
                assert subject in line.fits, (day, reading)
            expected = [*([deeds, closings] if len(others) == 2 else [deeds | closings])]
            for (_, names), allowed in zip(others, expected, strict=False):
                assert names <= allowed, (day, reading)


def closing_of(reason: Fact, day: date) -> set[str]:
    if isinstance(reason, MoonPhase):
        assert almanac.day(day).moon.phase == ("満月" if reason.full else "新月")
        return {"full" if reason.full else "new"}
    assert isinstance(reason, Season)
    names = {f"{day:%m-%d}", *almanac.zassetsu(day.year).get(day, ())}
    return {f"day.{name}" for name in names & load().days.keys()} or {f"season.{day:%m-%d}"}


def house(fact: Fact) -> int:
    assert isinstance(fact, InHouse)
    return fact.house


def voice(fact: Fact) -> str:
    """Of the slower body of an aspect, so of one with the Moon it is the other's."""
    assert isinstance(fact, (InHouse, Aspect, Retrograde))
    body = fact.slower if isinstance(fact, Aspect) else fact.body
    assert body != "moon"
    return _VOICES[body]


def effect(fact: Fact) -> str | None:
    if isinstance(fact, Retrograde):
        return "strains"
    if isinstance(fact, Aspect) and fact.angle:
        return "helps" if fact.angle in (60, 120) else "strains"
    return None


def test_a_text_is_its_lines_and_a_conjunction_where_the_second_one_turns(year: Year) -> None:
    joins = {(1, "strains"): ("ただ、", "That said, "), (-1, "helps"): ("それでも、", "Still, ")}
    seen: Counter[str] = Counter()
    for day, today in year.items():
        for reading in today:
            first, second, *rest = (line.on(is_day_off(day)) for line, _ in lines_of(reading))
            _, (_, (source,)), *_ = lines_of(reading)
            turn = SIDES[tone_of(reading)], source.rpartition(".")[2]
            ja, en = joins.get(turn, ("", ""))
            begun = second.en[0].lower() if en else second.en[0]
            assert reading.text.ja == "".join(
                (first.ja, ja, second.ja, *(text.ja for text in rest))
            )
            assert reading.text.en == " ".join(
                (first.en, en + begun + second.en[1:], *(text.en for text in rest))
            )
            seen[ja] += 1
    assert 0.05 < seen["ただ、"] / seen.total() < 0.15
    assert 0.05 < seen["それでも、"] / seen.total() < 0.15


def test_the_variant_for_days_off_is_read_on_days_off_only(year: Year) -> None:
    texts = [(is_day_off(day), reading.text.ja) for day, today in year.items() for reading in today]
    variants = {line.off.ja: line.text.ja for _, pool in pools() for line in pool if line.off}
    for off, usual in variants.items():
        for variant, expected in ((off, True), (usual, False)):
            assert {day_off for day_off, text in texts if variant in text} == {expected}, variant


@pytest.mark.parametrize("day", SPECIAL)
def test_a_day_like_no_other_closes_some_readings_with_a_line_each(day: date) -> None:
    pool = load().day(day)
    assert pool
    named = [reading for reading in readings(day) if isinstance(reading.because[-1], Season)]
    endings = [lines_of(reading)[-1][0] for reading in named]
    assert 2 <= len(endings) <= 4
    assert set(endings) <= set(pool)
    assert len(set(endings)) == len(endings)


def test_the_moon_is_named_on_the_days_of_new_and_full_moon_only(year: Year) -> None:
    total = 0
    for day, today in year.items():
        named = [reading for reading in today if isinstance(reading.because[-1], MoonPhase)]
        quiet = almanac.day(day).moon.phase not in ("新月", "満月")
        assert len(named) <= (0 if quiet or load().day(day) else 4), day
        total += len(named)
    assert total > 50


@pytest.mark.parametrize(
    ("day", "off"),
    [
        (date(2026, 11, 20), False),  # a Friday
        (date(2026, 11, 21), True),  # a Saturday
        (date(2026, 11, 23), True),  # 勤労感謝の日, a Monday
        (date(2026, 12, 28), False),
        (date(2026, 12, 29), True),
        (date(2027, 1, 3), True),
        (date(2027, 1, 4), False),
        (date(2026, 5, 6), True),  # 振替休日, a Wednesday
    ],
)
def test_days_off_are_weekends_holidays_and_the_days_around_new_year(day: date, off: bool) -> None:
    assert is_day_off(day) is off


def test_nobody_is_told_to_tidy_up_on_new_years_day() -> None:
    """Within the table's years and beyond."""
    for year in range(FIRST_DAY.year, LAST_DAY.year + 1):
        for reading in readings(date(year, 1, 1)):
            assert not any("tidy" in line.praises for line, _ in lines_of(reading)), reading


def test_the_advice_is_the_deed_or_else_the_closing(year: Year) -> None:
    parts = Counter[str]()
    for day, today in year.items():
        for reading in today:
            deeds = [
                line for line, names in lines_of(reading) if any(".deed." in name for name in names)
            ]
            expected = [*deeds, lines_of(reading)[-1][0]][0]
            assert reading.advice == expected.on(is_day_off(day)), (day, reading.sign)
            assert (
                reading.text.ja.count(reading.advice.ja)
                == reading.text.en.count(reading.advice.en)
                == 1
            )
            parts["deed" if deeds else "closing"] += 1
    assert min(parts.values()) > 0
