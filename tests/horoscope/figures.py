"""What is counted of a year's readings, for the tests and for the document."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kirosample.horoscope import SIGNS, Reading, readings
from kirosample.horoscope.scores import scores

_SIGN_NAMES = "|".join(sign.name for sign in SIGNS)
_TAKEN_OUT = re.compile(rf"[0-9０-９一二三四五六七八九十百千]+|{_SIGN_NAMES}|度|月|日|年")


@dataclass(frozen=True, slots=True)
class YearOfReadings:
    """Counts over the readings of one year."""

    readings: int
    distinct: int
    sentences: Counter[str]
    soonest_return: int
    lengths: tuple[int, ...]
    sentence_counts: Counter[int]
    scores: dict[str, Counter[int]]
    clashing_items: int


def days(first: int, last: int) -> Iterator[date]:
    """Every day of the years `first` to `last`."""
    day = date(first, 1, 1)
    while day.year <= last:
        yield day
        day += timedelta(days=1)


def bare(text: str) -> str:
    """A text without dates, sign names, numbers and degrees."""
    return _TAKEN_OUT.sub("", text)


def sentences(text: str) -> list[str]:
    """The sentences of a text, each up to its full stop, without a joining word."""
    return [part.removeprefix("ただ、") + "。" for part in text.split("。") if part]


def count_year(year: int) -> YearOfReadings:
    """Count what the tests hold and the document shows."""
    all_readings: list[Reading] = []
    said: Counter[str] = Counter()
    last_said: dict[tuple[str, str], date] = {}
    soonest = 366
    clashing = 0
    for day in days(year, year):
        today = readings(day)
        all_readings += today
        clashing += len({reading.lucky.item for reading in today}) != len(SIGNS)
        for reading in today:
            for sentence in sentences(reading.text):
                said[sentence] += 1
                key = reading.sign, sentence
                if key in last_said:
                    soonest = min(soonest, (day - last_said[key]).days)
                last_said[key] = day
    return YearOfReadings(
        readings=len(all_readings),
        distinct=len({bare(reading.text) for reading in all_readings}),
        sentences=said,
        soonest_return=soonest,
        lengths=tuple(sorted(len(reading.text) for reading in all_readings)),
        sentence_counts=Counter(len(sentences(reading.text)) for reading in all_readings),
        scores={
            field: Counter(getattr(reading, field) for reading in all_readings)
            for field in ("overall", "love", "work", "money")
        },
        clashing_items=clashing,
    )


def mean_ranks(first: int, last: int) -> dict[tuple[str, int], float]:
    """By sign and year, the mean of the rank over every day."""
    ranks: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for day in days(first, last):
        for score in scores(day):
            ranks[score.sign, day.year].append(score.rank)
    return {key: sum(of_year) / len(of_year) for key, of_year in ranks.items()}
