"""Readings over years: nothing comes back too soon, contradicts itself, or sounds like a form."""

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from itertools import chain

import pytest

from kirosample.horoscope import MoonPhase, Reading, Season, readings, sentences
from kirosample.horoscope.composing import is_day_off
from kirosample.horoscope.lines.model import SUBJECTS
from kirosample.text import Text
from tests.horoscope.years import days, lines_of

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
CHARM = {"ja": re.compile("吉|運|福|お守り|まじない|縁起"), "en": re.compile(r"\bluck|\bcharm\b")}
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


def said(reading: Reading, languages: Iterable[str] = Text._fields) -> list[str]:
    """The sentences of a reading in these languages, without conjunctions."""
    lines = [line.on(is_day_off(reading.date)) for line, _ in lines_of(reading)]
    texts = (getattr(line, language) for line in lines for language in languages)
    return [sentence for text in texts for sentence in sentences(text)]


def test_a_sign_reads_no_sentence_again_within_sixty_days(years: Days) -> None:
    every = chain.from_iterable(years)
    read = (
        ((reading.sign, sentence), reading.date) for reading in every for sentence in said(reading)
    )
    assert soonest_return(read) > 60


def test_a_sign_meets_no_idea_again_within_fourteen_days(years: Days) -> None:
    every = chain.from_iterable(years)
    met = (
        ((reading.sign, line.idea), reading.date)
        for reading in every
        for line, _ in lines_of(reading)
    )
    assert soonest_return(met) > 14


def test_no_reading_praises_what_it_advises_against(years: Days) -> None:
    compared = 0
    for reading in chain.from_iterable(years):
        praised = Counter(chain.from_iterable(line.praises for line, _ in lines_of(reading)))
        warned = Counter(chain.from_iterable(line.warns for line, _ in lines_of(reading)))
        assert not praised.keys() & warned.keys(), reading
        compared += bool(praised and warned)
    assert compared > 1000


@pytest.mark.parametrize("language", Text._fields)
def test_openings_and_endings_have_many_shapes(years: Days, language: str) -> None:
    """Few openings are similes, few call it such a day, and no ending is that of a fifth."""
    told = [said(reading, [language]) for reading in chain.from_iterable(years)]
    openings = [first for first, *_ in told]
    for shape in (SIMILE, SUCH_A_DAY):
        assert sum(bool(shape[language].search(text)) for text in openings) < 0.2 * len(told)
    for texts in (openings, [last for *_, last in told]):
        endings = Counter(chain.from_iterable(ENDING[language].findall(text) for text in texts))
        assert max(endings.values()) < 0.2 * len(told), endings.most_common(3)


@pytest.mark.parametrize("language", Text._fields)
def test_few_readings_of_the_last_places_end_in_an_aphorism_and_a_charm(
    years: Days, language: str
) -> None:
    last = [reading for reading in chain.from_iterable(years) if reading.rank >= 10]
    closings = [line for reading in last for line, names in lines_of(reading)[-1:] if LAST & names]
    aphorisms = [line for line in closings if len(sentences(line.text.ja)) > 1]
    charms = [line for line in closings if CHARM[language].search(getattr(line.text, language))]
    assert 0 < len(aphorisms) < 0.2 * len(last)
    assert 0 < len(charms) < 0.4 * len(last)


@pytest.mark.parametrize("language", Text._fields)
def test_a_strain_is_seldom_a_tendency_and_its_remedy_in_one_sentence(
    years: Days, language: str
) -> None:
    strains = [
        getattr(line.text, language)
        for reading in chain.from_iterable(years)
        for line, (name, *_) in lines_of(reading)[1:2]
        if name.endswith(".strains")
    ]
    joined = [
        text for text in strains if len(sentences(text)) == 1 and JOINED[language].search(text)
    ]
    assert len(joined) < 0.2 * len(strains)


def test_neither_headlines_nor_whole_readings_return_too_soon(years: Days) -> None:
    every = [*chain.from_iterable(years)]
    headlines = (
        (reading.headline.ja, reading.date) for reading in every if not 3 < reading.rank < 10
    )
    assert soonest_return(headlines) > 7, "of the first and the last places, which everyone sees"
    assert soonest_return((reading.text.ja, reading.date) for reading in every) >= 365


def test_the_readings_of_a_day_differ(years: Days) -> None:
    for today in years:
        assert max(Counter(chain.from_iterable(map(said, today))).values()) == 1
        for headlines in zip(*(reading.headline for reading in today), strict=True):
            assert len(set(headlines)) == 12
        assert max(Counter(fact for reading in today for fact in reading.because).values()) <= 4


def test_most_readings_end_on_their_subject(years: Days) -> None:
    endings = Counter(type(reading.because[-1]) for today in years for reading in today)
    assert 0 < endings[Season] / endings.total() < 0.2
    assert 0 < endings[MoonPhase] / endings.total() < 0.05


def test_readings_have_a_readable_length(years: Days) -> None:
    ja, en = zip(*(reading.text for today in years for reading in today), strict=True)
    for texts, shortest, longest in ((ja, 45, 200), (en, 110, 480)):
        lengths = [*map(len, texts)]
        assert shortest <= min(lengths)
        assert max(lengths) <= longest
