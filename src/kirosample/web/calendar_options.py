"""What a calendar of the almanac may have, in events of one year."""

from calendar import isleap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from kirosample import almanac
from kirosample.web.i18n import FORMATS
from kirosample.web.i18n.day_words import caution, shanichi, sky, special_meanings, special_sum
from kirosample.web.i18n.languages import Messages
from kirosample.web.icalendar import Event

Events = Callable[[int, Messages], Iterator[Event]]
"""The events of a kind in a year."""


class Option(NamedTuple):
    """What a subscriber may choose: its Japanese name, and its events of a year."""

    name: str
    events: Events


def holidays(year: int, messages: Messages) -> Iterator[Event]:
    category = messages.say("祝日")
    for day, name in almanac.holidays(year).items():
        yield Event("holiday", day, messages.word("holiday", name), category)


def solar_terms(year: int, messages: Messages) -> Iterator[Event]:
    category = messages.say("二十四節気")
    for term in almanac.solar_terms(year):
        meaning = messages.text(almanac.about_term(term, term.at.date()))
        at = messages.say("{time}（日本時間）", time=almanac.clock(term.at))
        name = messages.word("solar term", term.name)
        yield Event("solar-term", term.at.date(), name, category, f"{at}\n{meaning}")


def _special(year: int, messages: Messages) -> Iterator[Event]:
    category = messages.say("特別な日")
    for special in almanac.special_days(date(year, 1, 1), date(year, 12, 31)):
        meanings = [meaning for _, meaning in special_meanings(special, messages)]
        about = "\n".join(filter(None, (*meanings, caution(special, messages))))
        yield Event("special", special.date, special_sum(special, messages), category, about)


def _zassetsu(year: int, messages: Messages) -> Iterator[Event]:
    category = messages.say("雑節")
    about = almanac.load_words().zassetsu
    for day, names in almanac.zassetsu(year).items():
        meanings = (messages.text(about[name]) for name in names)
        yield Event(
            "zassetsu",
            day,
            messages.say("・").join(messages.word("zassetsu", name) for name in names),
            category,
            "\n".join(filter(None, (*meanings, shanichi(day, messages)))),
        )


def _kou(year: int, messages: Messages) -> Iterator[Event]:
    category = messages.say("七十二候")
    days = list(_days(year))
    eve = max(almanac.FIRST_DAY, days[0] - timedelta(1))
    for day, (before, kou) in zip(days, pairwise(map(almanac.kou, [eve, *days])), strict=True):
        if kou is not before:
            yield _event("kou", day, category, [kou], messages)


def _observances(year: int, messages: Messages) -> Iterator[Event]:
    category = messages.say("年中行事")
    known = almanac.load_words().observances
    for day, names in almanac.observances(year).items():
        words = [known[name] for name in names]
        when = sky(day, messages, FORMATS[messages.language].moment)
        yield _event("observance", day, category, words, messages, when)


def _senjitsu(year: int, messages: Messages) -> Iterator[Event]:
    category = messages.say("選日")
    known = almanac.load_words().senjitsu
    for day, names in almanac.days_between(date(year, 1, 1), date(year, 12, 31)):
        if words := [known[name] for name in names if name in known]:
            yield _event("senjitsu", day, category, words, messages)


def _moon(year: int, messages: Messages) -> Iterator[Event]:
    category = messages.say("月の満ち欠け")
    for name, at in almanac.phases(year):
        clock = messages.say("{time}（日本時間）", time=almanac.clock(at))
        yield Event("moon", at.date(), messages.word("moon phase", name), category, clock)


def _rokuyo(year: int, messages: Messages) -> Iterator[Event]:
    category = messages.say("六曜")
    for day, (rokuyo, *_) in almanac.days_between(date(year, 1, 1), date(year, 12, 31)):
        yield Event("rokuyo", day, messages.word("rokuyo", rokuyo), category)


def _event(
    kind: str,
    day: date,
    category: str,
    words: Sequence[almanac.Word],
    messages: Messages,
    more: Iterable[str] = (),
) -> Event:
    """The words of a day in one event, with what they mean, and more."""
    return Event(
        kind,
        day,
        messages.say("・").join(messages.text(word.name) for word in words),
        category,
        "\n".join([*(messages.text(word.meaning) for word in words), *more]),
    )


def _days(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    yield from (first + timedelta(n) for n in range(366 if isleap(year) else 365))


CALENDAR_OPTIONS: Final[Mapping[str, Option]] = {
    "special": Option("特別な日", _special),
    "zassetsu": Option("雑節", _zassetsu),
    "kou": Option("七十二候", _kou),
    "observances": Option("年中行事", _observances),
    "senjitsu": Option("選日", _senjitsu),
    "moon": Option("月の満ち欠け", _moon),
    "rokuyo": Option("六曜", _rokuyo),
}
"""What a calendar may have besides 祝日 and 二十四節気, by its parameter in an address."""
