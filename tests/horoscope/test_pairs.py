"""Two signs' days: fair to every pair, without repetition, and about what the sky says."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import accumulate

import pytest
from msgspec.structs import astuple

from kirosample.horoscope import PAIRS, SIGNS, SIGNS_BY_ID, pair, sky
from kirosample.horoscope.pairs import DEEDS, TEXTS, TONES, PairReading, Thread, Told, load
from kirosample.horoscope.signs import house
from kirosample.horoscope.standings import standing
from kirosample.text import split_sentences
from tests.horoscope.wording import check_headline, check_text
from tests.years import days

Days = Mapping[tuple[str, str], Sequence[PairReading]]

ELEMENTS = ("fire", "earth", "air", "water")


def list_texts(thread: Thread) -> Sequence[Told]:
    return *thread.careful, *thread.even, *thread.bright


@pytest.fixture(scope="module")
def years() -> Days:
    by_pair = defaultdict(list)
    for day in days(2026, 2027):
        for signs in PAIRS:
            by_pair[signs].append(pair(day, *signs))
    return by_pair


def test_over_any_quarter_every_pair_has_as_good_days_as_others(years: Days) -> None:
    for of_pair in years.values():
        until = [0, *accumulate(each.stars for each in of_pair)]
        means = [(b - a) / 90 for a, b in zip(until, until[90:], strict=False)]
        assert 2.7 <= min(means) <= max(means) <= 3.7, of_pair[0].signs


def test_a_pair_reads_nothing_again_within_sixty_days_or_both_within_a_year(years: Days) -> None:
    for of_pair in years.values():
        read: dict[object, int] = {}
        for number, each in enumerate(of_pair):
            both = each.headline, each.deed
            for what, least in ((each.headline, 60), (each.deed, 60), (both, 400)):
                assert number - read.get(what, -1000) > least, (each.signs, each.date, what)
                read[what] = number


def test_thread_tone_and_reasons_follow_from_the_sky(years: Days) -> None:
    for of_day in [*zip(*years.values(), strict=True)][::9]:
        today = sky(of_day[0].date)
        moon = today["moon"].sign
        thread = load()[ELEMENTS.index(SIGNS_BY_ID[moon].element)]
        for each in of_day:
            back = replace(each, signs=each.signs[::-1], houses=each.houses[::-1])
            assert pair(each.date, *back.signs) == back
            tone = {1: "careful", 2: "careful", 3: "even"}.get(each.stars, "bright")
            assert each.headline in {told.headline for told in getattr(thread, tone)}
            assert each.deed in thread.deed
            assert each.moon == moon
            assert each.houses == tuple(house(moon, sign) for sign in each.signs)
            named = {"moon", *(SIGNS_BY_ID[sign].ruler for sign in each.signs)}
            assert list(each.aspects) == [
                aspect for aspect in today.aspects if {aspect.faster, aspect.slower} <= named
            ]
            # A reader would not believe one star on a day that is the sign's best.
            best = [sign for sign in set(each.signs) if standing(each.date, sign).rank <= 3]
            assert each.stars > 1 or len(set(each.signs)) > 1 or not best
            names = {SIGNS_BY_ID[sign].name.ja for sign in each.signs}
            assert {sign.name.ja for sign in SIGNS if sign.name.ja in each.text.ja} <= names
        for sign in SIGNS:
            assert len({each.text for each in of_day if sign.id in each.signs}) == len(SIGNS)


@pytest.mark.parametrize(
    ("day", "lead", "other"), [("2026-01-20", "aquarius", "leo"), ("2026-03-02", "leo", "aquarius")]
)
def test_the_moon_in_a_sign_has_it_lead_one_that_faces_it(day: str, lead: str, other: str) -> None:
    """On these days the Moon is in no aspect to the rulers, so its place alone decides."""
    told = pair(date.fromisoformat(day), "leo", "aquarius")
    assert told.moon == lead
    texts = (each for thread in load() for each in list_texts(thread))
    (written,) = (each.text.ja for each in texts if each.headline == told.headline)
    names = {"lead": SIGNS_BY_ID[lead].name.ja, "other": SIGNS_BY_ID[other].name.ja}
    assert told.text.ja == written.format(**names) != written


def test_a_text_has_a_headline_and_two_sentences_that_no_other_has() -> None:
    said = [part for thread in load() for deed in thread.deed for part in deed]
    for thread in load():
        assert {len(getattr(thread, tone)) for tone in TONES} == {TEXTS}
        assert len(thread.deed) == DEEDS
        for headline, text in map(astuple, list_texts(thread)):
            check_headline(headline)
            check_text(text)
            assert [len(split_sentences(of)) for of in text] == [2, 2], text
            ja, en = (set(re.findall(r"\{(\w+)\}", of.lower())) for of in text)
            assert ja == en <= {"lead", "other"}, text
            said += [part for of in (*headline, *text) for part in split_sentences(of)]
    assert len(set(said)) == len(said)
