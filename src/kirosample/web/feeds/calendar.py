"""The almanac as a calendar to subscribe to."""

from calendar import isleap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from functools import partial
from itertools import pairwise
from typing import Final

from starlette.responses import Response

from ishizue.http import requests
from ishizue.http.cached_pages import cached_response
from kirosample import almanac
from kirosample.web.context import PortalRequest
from kirosample.web.feeds import icalendar
from kirosample.web.feeds.icalendar import Event
from kirosample.web.i18n import FORMATS
from kirosample.web.i18n.messages import Messages
from kirosample.web.i18n.shanichi import shanichi
from kirosample.web.i18n.sky import sky
from kirosample.web.queries import CALENDAR_OPTIONS, CalendarQuery

CALENDAR: Final = "/calendar.ics"

_YEARS_BACK, _YEARS_AHEAD = 1, 2
_REFRESH: Final = "P7D"

_Kind = Callable[[int, Messages], Iterator[Event]]


async def calendar(request: PortalRequest) -> Response:
    """The years around this one; subscribers reload it."""
    query = requests.query(request, CalendarQuery)
    alarm = request.alarm(query.alarm)
    messages, year = request.messages, request.today.year
    years = range(
        max(almanac.FIRST_DAY.year, year - _YEARS_BACK),
        min(almanac.LAST_DAY.year, year + _YEARS_AHEAD) + 1,
    )
    key = ("calendar", messages.language, years.start, query)
    write = partial(document, years, query, messages, alarm)
    return await cached_response(request, key, write, request.lifetime(), icalendar.MEDIA_TYPE)


def document(
    years: range, query: CalendarQuery, messages: Messages, alarm: time | None = None
) -> Iterator[str]:
    """The calendar in parts: the events of a kind in a year are a few milliseconds' work."""
    chosen = [option for option in CALENDAR_OPTIONS if getattr(query, option)]
    names = ("祝日", "二十四節気", *(CALENDAR_OPTIONS[option] for option in chosen))
    title = messages.say("・").join(messages.say(name) for name in names)
    events = (
        "".join(icalendar.written(event, alarm) for event in kind(year, messages))
        for kind in (_holidays, _solar_terms, *(_KINDS[option] for option in chosen))
        for year in years
    )
    return icalendar.document(title, messages.language, _REFRESH, events)


def _holidays(year: int, messages: Messages) -> Iterator[Event]:
    category = messages.say("祝日")
    for day, name in almanac.holidays(year).items():
        yield Event("holiday", day, messages.word("holiday", name), category)


def _solar_terms(year: int, messages: Messages) -> Iterator[Event]:
    category = messages.say("二十四節気")
    for term in almanac.solar_terms(year):
        meaning = messages.text(almanac.about_term(term, term.at.date()))
        at = messages.say("{time}（日本時間）", time=almanac.clock(term.at))
        name = messages.word("solar term", term.name)
        yield Event("solar-term", term.at.date(), name, category, f"{at}\n{meaning}")


def _zassetsu(year: int, messages: Messages) -> Iterator[Event]:
    category = messages.say("雑節")
    for day, names in almanac.zassetsu(year).items():
        meanings = (messages.text(almanac.ZASSETSU[name]) for name in names)
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
    for eve, day in pairwise([max(almanac.FIRST_DAY, days[0] - timedelta(1)), *days]):
        kou = almanac.kou(day)
        if kou is not almanac.kou(eve):
            yield _event("kou", day, category, [kou], messages)


def _observances(year: int, messages: Messages) -> Iterator[Event]:
    category = messages.say("年中行事")
    for day, names in almanac.observances(year).items():
        words = [almanac.OBSERVANCES[name] for name in names]
        when = sky(day, messages, FORMATS[messages.language].moment)
        yield _event("observance", day, category, words, messages, when)


def _senjitsu(year: int, messages: Messages) -> Iterator[Event]:
    category = messages.say("選日")
    for day in _days(year):
        words = [almanac.SENJITSU[name] for name in almanac.senjitsu_of(day)]
        if words:
            yield _event("senjitsu", day, category, words, messages)


def _moon(year: int, messages: Messages) -> Iterator[Event]:
    category = messages.say("月の満ち欠け")
    for name, at in almanac.phases(year):
        clock = messages.say("{time}（日本時間）", time=almanac.clock(at))
        yield Event("moon", at.date(), messages.word("moon phase", name), category, clock)


def _rokuyo(year: int, messages: Messages) -> Iterator[Event]:
    category = messages.say("六曜")
    for day in _days(year):
        name = messages.word("rokuyo", almanac.summary(day).rokuyo)
        yield Event("rokuyo", day, name, category)


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


_KINDS: Final[Mapping[str, _Kind]] = {
    "zassetsu": _zassetsu,
    "kou": _kou,
    "observances": _observances,
    "senjitsu": _senjitsu,
    "moon": _moon,
    "rokuyo": _rokuyo,
}
"""The events of a year, by option."""
