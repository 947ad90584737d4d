"""Readings over years: nothing comes back too soon, contradicts itself, or sounds like a form."""

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from itertools import chain

import pytest

from kirosample.horoscope import MoonPhase, Reading, Season, readings, sentences
from kirosample.horoscope.lines.model import SUBJECTS
from kirosample.text import Text
from tests.horoscope.years import days, lines_of, without_joins

Days = Sequence[tuple[Reading, ...]]

ENDING = {"ja": re.compile(r".{4}[。？]」?$"), "en": re.compile(r"\w+\W*$")}
SIMILE = {
    "ja": re.compile("ように|ような|ようで|みたい|に似て|ごとく"),
    "en": re.compile(r"\blike\b|\bas (?:if|though)\b|\bas \w+ as (?:a|an|the)\b"),
}
SUCH_A_DAY = {
    "ja": re.compile("日です。$|日になります。$"),
    "en": re.compile(r"\b(?:it’s|this is|today is) (?:a|an|the|no) [^.]*\bday\b", re.I),
}
JOINED = {"ja": re.compile("ので|から、|分、|がちで|そうで|すく、"), "en": re.compile(", and |;")}
CHARM = {
    "ja": re.compile("吉|運|福|お守り|まじない|縁起"),
    "en": re.compile(r"\bluck|\bcharm\b"),
}
LAST = {f"{subject}.closing.last" for subject in SUBJECTS}


@pytest.fixture(scope="module")
def years() -> Days:
    return [readings(day) for day in days(2026, 2027)]


def soonest_return(read: Iterable[tuple[Hashable, date]]) -> int:
    """Days after which any of these is read again, at least."""
    latest: dict[Hashable, date] = {}
    soonest = 10_000
    for what, day in read:
        soonest = min(soonest, (day - latest.get(what, date.min)).days)
        latest[what] = day
    return soonest


def said(one: Reading) -> list[str]:
    """The sentences of a reading in both languages."""
    return [*chain.from_iterable(without_joins(one.text).values())]


def test_a_sign_reads_no_sentence_again_within_sixty_days(years: Days) -> None:
    every = chain.from_iterable(years)
    read = (((one.sign, sentence), one.date) for one in every for sentence in said(one))
    assert soonest_return(read) > 60


def test_a_sign_meets_no_idea_again_within_fourteen_days(years: Days) -> None:
    every = chain.from_iterable(years)
    met = (((one.sign, line.idea), one.date) for one in every for line, _ in lines_of(one))
    assert soonest_return(met) > 14


def test_no_reading_praises_what_it_advises_against(years: Days) -> None:
    compared = 0
    for one in chain.from_iterable(years):
        praised = Counter(chain.from_iterable(line.praises for line, _ in lines_of(one)))
        warned = Counter(chain.from_iterable(line.warns for line, _ in lines_of(one)))
        assert not praised.keys() & warned.keys(), one
        compared += bool(praised and warned)
    assert compared > 1000


def test_neither_headlines_nor_whole_readings_return_too_soon(years: Days) -> None:
    every = [*chain.from_iterable(years)]
    headlines = ((one.headline.ja, one.date) for one in every if not 3 < one.rank < 10)
    assert soonest_return(headlines) > 7, "of the first and the last places, which everyone sees"
    assert soonest_return((one.text.ja, one.date) for one in every) >= 365


@pytest.mark.parametrize("language", Text._fields)
def test_openings_have_many_shapes(years: Days, language: str) -> None:
    """Few are similes, few call it such a day, and no ending is that of a fifth."""
    every = [without_joins(one.text)[language][0] for one in chain.from_iterable(years)]
    endings = Counter(chain.from_iterable(ENDING[language].findall(one) for one in every))
    assert max(endings.values()) < 0.2 * len(every), endings.most_common(3)
    for shape in (SIMILE, SUCH_A_DAY):
        assert sum(bool(shape[language].search(one)) for one in every) < 0.2 * len(every)


@pytest.mark.parametrize("language", Text._fields)
def test_readings_end_in_many_ways(years: Days, language: str) -> None:
    every = [without_joins(one.text)[language][-1] for one in chain.from_iterable(years)]
    endings = Counter(chain.from_iterable(ENDING[language].findall(one) for one in every))
    assert max(endings.values()) < 0.2 * len(every), endings.most_common(3)
    last = [one for one in chain.from_iterable(years) if one.rank >= 10]
    closings = [line for one in last for line, names in lines_of(one)[-1:] if LAST & names]
    saws = [line for line in closings if len(sentences(line.text.ja)) > 1]
    charms = [line for line in closings if CHARM[language].search(getattr(line.text, language))]
    assert len(saws) < 0.2 * len(last), "an aphorism and a charm"
    assert len(charms) < 0.4 * len(last)


@pytest.mark.parametrize("language", Text._fields)
def test_a_strain_is_seldom_a_tendency_and_its_remedy_in_one_sentence(
    years: Days, language: str
) -> None:
    told = [
        getattr(line.text, language)
        for one in chain.from_iterable(years)
        for line, (name, *_) in lines_of(one)[1:2]
        if name.endswith(".strains")
    ]
    joined = [one for one in told if len(sentences(one)) == 1 and JOINED[language].search(one)]
    assert len(joined) < 0.2 * len(told)


def test_the_readings_of_a_day_differ(years: Days) -> None:
    for today in years:
        assert max(Counter(chain.from_iterable(map(said, today))).values()) == 1
        for headlines in zip(*(one.headline for one in today), strict=True):
            assert len(set(headlines)) == 12
        assert max(Counter(fact for one in today for fact in one.because).values()) <= 4


def test_most_readings_end_on_their_subject(years: Days) -> None:
    endings = Counter(type(one.because[-1]) for today in years for one in today)
    assert 0 < endings[Season] / endings.total() < 0.2
    assert 0 < endings[MoonPhase] / endings.total() < 0.05


def test_readings_have_a_readable_length(years: Days) -> None:
    ja, en = zip(*(one.text for today in years for one in today), strict=True)
    for texts, shortest, longest in ((ja, 45, 200), (en, 110, 480)):
        lengths = [*map(len, texts)]
        assert shortest <= min(lengths)
        assert max(lengths) <= longest
