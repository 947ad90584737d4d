"""Each sentence of a reading comes from the pool that the day's facts name."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import pytest

from kirosample import almanac
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
from kirosample.horoscope.composing import is_day_off
from kirosample.horoscope.lines import Pool
from kirosample.horoscope.lines.model import SUBJECTS
from kirosample.horoscope.lines.wording import sentences
from tests.horoscope.years import days, without_joins

Year = Mapping[date, tuple[Reading, ...]]

VOICES = {
    "mercury": "mercury", "venus": "venus", "sun": "mars", "mars": "mars", "jupiter": "jupiter",
    "saturn": "saturn", "uranus": "outer", "neptune": "outer", "pluto": "outer",
}  # fmt: skip
SPECIAL = [date(2028, 1, 1), date(2028, 2, 14), date(2029, 2, 2), date(2028, 12, 24)]


def pools() -> Iterator[tuple[str, Pool]]:
    known = load()
    for subject, of_subject in zip(SUBJECTS, known.subjects, strict=True):
        yield from ((f"{subject}.{path}", pool) for path, pool in of_subject.items())
    yield from ((f"season.{on}", pool) for on, pool in known.seasons.items())
    yield from ((f"day.{on}", pool) for on, pool in known.days.items())
    yield from (("new", known.new_moon), ("full", known.full_moon))


@pytest.fixture(scope="module")
def year() -> Year:
    return {day: readings(day) for day in days(2028, 2028)}


@pytest.fixture(scope="module")
def sources() -> Mapping[str, set[str]]:
    """By Japanese sentence the names of the pools that have it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, pool in pools():
        for line in pool:
            for text in filter(None, (line.text, line.off)):
                for sentence in sentences(text.ja):
                    found[sentence].add(name)
    return found


def tone(one: Reading) -> str:
    if one.rank in (1, 2, 3):
        return "bright"
    if one.rank in (10, 11, 12):
        return "low"
    return ("careful", "careful", "even", "good", "good")[one.overall - 1]


MANNERS = {"bright": "push", "good": "push", "even": "steady", "careful": "soft", "low": "soft"}


def test_every_sentence_comes_from_the_pool_of_its_subject_tone_and_fact(
    sources: Mapping[str, set[str]], year: Year
) -> None:
    for day, today in year.items():
        for one in today:
            moon, fact, *rest = one.because
            assert moon == InHouse("moon", sky(day)["moon"].sign, house(moon))
            subject = SUBJECTS[house(moon) - 1]
            opening, development, deed, *closing = without_joins(one.text)["ja"]
            assert sources[opening] == {f"{subject}.opening.{tone(one)}"}
            assert sources[deed] == {f"{subject}.deed.{MANNERS[tone(one)]}"}
            place = {"bright": "first", "low": "last"}.get(tone(one), "middle")
            expected = {f"{subject}.closing.{place}"}
            for reason in rest:
                expected = closing_of(reason, day)
            for sentence in closing:
                assert sources[sentence] & expected, (day, one)
            (source,) = sources[development]
            assert source.startswith(f"{subject}.development.{voice(fact)}.")
            assert effect(fact) in (None, source.rpartition(".")[2])


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
    return VOICES[body]


def effect(fact: Fact) -> str | None:
    if isinstance(fact, Retrograde):
        return "strains"
    if isinstance(fact, Aspect) and fact.angle:
        return "helps" if fact.angle in (60, 120) else "strains"
    return None


def test_a_conjunction_stands_only_where_the_second_sentence_turns(
    sources: Mapping[str, set[str]], year: Year
) -> None:
    seen: Counter[str] = Counter()
    for today in year.values():
        for one in today:
            (source,) = sources[without_joins(one.text)["ja"][1]]
            side = MANNERS[tone(one)], source.rpartition(".")[2]
            join = {("push", "strains"): "ただ、", ("soft", "helps"): "それでも、"}.get(side, "")
            english = {"ただ、": "That said, ", "それでも、": "Still, ", "": ""}[join]
            begun = [text for text in sentences(one.text.ja) if text.startswith(("ただ、", "それ"))]
            assert begun == [sentences(one.text.ja)[1]] * bool(join)
            second = sentences(one.text.en)[1]
            assert second.startswith(english)
            assert second.removeprefix(english)[0].islower() == bool(join)
            seen[join] += 1
    assert 0.05 < seen["ただ、"] / seen.total() < 0.15
    assert 0.05 < seen["それでも、"] / seen.total() < 0.15


def test_the_variant_for_days_off_is_read_on_days_off_only(year: Year) -> None:
    texts = [(is_day_off(day), one.text.ja) for day, today in year.items() for one in today]
    variants = {line.off.ja: line.text.ja for _, pool in pools() for line in pool if line.off}
    for off, usual in variants.items():
        for variant, expected in ((off, True), (usual, False)):
            assert {day_off for day_off, text in texts if variant in text} == {expected}, variant


def test_who_reads_a_subject_on_one_weekday_meets_another_deed_the_week_after(year: Year) -> None:
    deeds = {
        (day, house(one.because[0]), MANNERS[tone(one)]): without_joins(one.text)["ja"][2]
        for day, today in year.items()
        for one in today
    }
    compared = 0
    for (day, subject, manner), deed in deeds.items():
        later = deeds.get((day + timedelta(weeks=1), subject, manner))
        assert deed != later, (day, deed)
        compared += later is not None
    assert compared > 1000


@pytest.mark.parametrize("day", SPECIAL)
def test_a_day_like_no_other_is_in_four_readings_with_a_line_each(day: date) -> None:
    pool = load().day(day)
    assert pool
    expected = {line.on(is_day_off(day)).ja for line in pool}
    ended = [one.text.ja for one in readings(day) if isinstance(one.because[-1], Season)]
    assert {line for line in expected for text in ended if text.endswith(line)} == expected
    assert len(ended) == len(expected)


def test_the_moon_is_named_on_the_days_of_new_and_full_moon_only(year: Year) -> None:
    for day, today in year.items():
        named = [one for one in today if isinstance(one.because[-1], MoonPhase)]
        quiet = almanac.day(day).moon.phase not in ("新月", "満月")
        assert len(named) == (0 if quiet or load().day(day) else 4), day


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
