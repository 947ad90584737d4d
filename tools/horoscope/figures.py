"""Counts of the readings over years, for the tests."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from kirosample.horoscope import SIGNS, MoonPhase, Reading, Season, load, readings, sentences
from kirosample.horoscope.composing import is_day_off
from kirosample.horoscope.lines.wording import CAUTION, COMFORT, OFFICE
from kirosample.text import Text

_SIGN_NAMES = "|".join(sign.name.ja for sign in SIGNS)
_TAKEN_OUT = re.compile(rf"[0-9０-９一二三四五六七八九十百千]+|{_SIGN_NAMES}|度|月|日|年")

_ENDS = {1, 2, 3, 10, 11, 12}
"""The ranks whose readings everyone sees."""


@dataclass(slots=True)
class Figures:
    """Counts over the readings of some days. Sentences are without a joining word."""

    readings: int = 0
    latest: dict[str, date] = field(default_factory=dict)
    """By bare text the last day with it."""

    soonest_same_text: int = 10_000
    """Days after which any sign has a text again, at least."""

    soonest_return: int = 10_000
    """Days after which a sign has a sentence again, at least."""

    latest_headlines: dict[str, date] = field(default_factory=dict)
    """By headline of the first or the last three places the last day with it."""

    soonest_same_headline: int = 10_000
    """Days after which those places have a headline again, for any sign, at least."""

    days_with_a_sentence_twice: int = 0
    headlines_of_a_day: int = len(SIGNS)
    """Different ones, at least."""

    readings_of_a_fact: int = 0
    """On one day, at most."""

    office_on_days_off: int = 0
    lengths: dict[str, list[int]] = field(default_factory=lambda: {"ja": [], "en": []})
    endings: Counter[str] = field(default_factory=Counter)
    """By what the last sentence is about: "season", "Moon" or "subject"."""


def days(first: int, last: int) -> Iterator[date]:
    """Every day of the years `first` to `last`."""
    day = date(first, 1, 1)
    while day.year <= last:
        yield day
        day += timedelta(days=1)


def bare(text: str) -> str:
    """A text without dates, sign names, numbers and degrees."""
    return _TAKEN_OUT.sub("", text)


def without_joins(text: Text) -> dict[str, list[str]]:
    """By language the sentences of a reading's text as they are in the files."""
    found = {}
    for language, written in text._asdict().items():
        of_language = sentences(written)
        for join in (CAUTION, COMFORT):
            word = getattr(join, language)
            of_language = [_without(one, word) for one in of_language]
        found[language] = of_language
    return found


def _without(sentence: str, word: str) -> str:
    rest = sentence.removeprefix(word)
    return rest if rest == sentence else rest[0].upper() + rest[1:]


def count(of_days: Iterable[date]) -> Figures:
    """The figures of days in their order."""
    load()
    figures = Figures()
    last_use: dict[tuple[str, str], date] = {}
    for day in of_days:
        _count_day(figures, day, readings(day), last_use)
    return figures


def _count_day(
    figures: Figures,
    day: date,
    today: tuple[Reading, ...],
    last_use: dict[tuple[str, str], date],
) -> None:
    said: Counter[str] = Counter()
    facts = Counter(fact for one in today for fact in one.because)
    figures.readings_of_a_fact = max(figures.readings_of_a_fact, *facts.values())
    for language in Text._fields:
        different = len({getattr(one.headline, language) for one in today})
        figures.headlines_of_a_day = min(figures.headlines_of_a_day, different)
    for one in today:
        _count_reading(figures, one)
        for of_language in without_joins(one.text).values():
            said.update(of_language)
            for sentence in of_language:
                key = one.sign, sentence
                if key in last_use:
                    apart = (day - last_use[key]).days
                    figures.soonest_return = min(figures.soonest_return, apart)
                last_use[key] = day
    figures.days_with_a_sentence_twice += max(said.values()) > 1


def _count_reading(figures: Figures, one: Reading) -> None:
    figures.readings += 1
    text = bare(one.text.ja)
    if text in figures.latest:
        apart = (one.date - figures.latest[text]).days
        figures.soonest_same_text = min(figures.soonest_same_text, apart)
    figures.latest[text] = one.date
    if one.rank in _ENDS:
        if one.headline.ja in figures.latest_headlines:
            apart = (one.date - figures.latest_headlines[one.headline.ja]).days
            figures.soonest_same_headline = min(figures.soonest_same_headline, apart)
        figures.latest_headlines[one.headline.ja] = one.date
    last = one.because[-1]
    ending = "season" if isinstance(last, Season) else "Moon" if isinstance(last, MoonPhase) else ""
    figures.endings[ending or "subject"] += 1
    for language, written in one.text._asdict().items():
        figures.lengths[language].append(len(written))
        figures.office_on_days_off += is_day_off(one.date) and bool(
            OFFICE[language].search(written)
        )
