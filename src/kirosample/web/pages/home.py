"""The first page, and the page about the site."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from starlette.responses import RedirectResponse, Response

from kirosample import almanac, horoscope, omikuji
from kirosample.web.context import PortalRequest
from kirosample.web.i18n import languages
from kirosample.web.i18n.day_words import joined, named, special_meanings, special_sum
from kirosample.web.i18n.languages import Messages
from kirosample.web.pages import day_pages

_STORED_SECONDS: Final = 10
"""How long a shared cache may store the page that most readers open."""


@day_pages.ahead_of_time
async def home(request: PortalRequest) -> Response:
    day = request.today
    messages = request.messages

    def context() -> dict[str, Any]:
        shown = almanac.day(day)
        special = almanac.special_day(day)
        told = {*special.lucky, *(name for _, name in special.occasions)} if special else set()
        festival = almanac.festival(shown)
        taken = festival.day if festival else ""
        words = almanac.senjitsu_words(shown.senjitsu)
        meanings = special_meanings(special, messages) if special else []
        return {
            "day": shown,
            "special_sum": special_sum(special, messages) if special else "",
            "festival": festival,
            "beside": special_sum(special, messages, without=taken) if special else "",
            "eho": almanac.eho(day),
            "others": [each for each in _names(shown) if each not in {*told, taken}],
            "senjitsu": [word for word in words if word.name.ja not in told],
            "luck": meanings
            or [(messages.text(word.name), messages.text(word.meaning)) for word in words],
            "good_day": _good_day(day, messages),
            "tomorrow": _tomorrow(day, messages),
            "moon_phase": horoscope.phase(day),
            "readings": horoscope.readings(day),
            "quote": request.portal.catalogue.of_day(day),
        }

    return await day_pages.page(request, "home.html", "/", day, context, at_most=_STORED_SECONDS)


def _names(day: almanac.Day) -> Iterator[str]:
    """The 祝日, 雑節 and observances of a day."""
    yield from filter(None, (day.holiday, *day.zassetsu, *day.observances))


def _good_day(today: date, messages: Messages) -> dict[str, Any] | None:
    """The best day of the coming week, or else the next on which 選日 fall together."""
    tomorrow = today + timedelta(1)
    if tomorrow > almanac.LAST_DAY:
        return None
    if soon := almanac.lucky_soon(tomorrow):
        named_days = joined(soon.reasons, messages)
        return {"date": soon.date, "names": named_days, "reasons": soon.reasons}
    day = almanac.next_lucky_together(today)
    special = almanac.special_day(day) if day else None
    if not special:
        return None
    return {"date": day, "names": special_sum(special, messages), "reasons": special.lucky}


def _tomorrow(today: date, messages: Messages) -> str:
    """What tomorrow is. Above it stands the next 吉日: 大安 alone is said to be of the 六曜."""
    day = today + timedelta(1)
    if day > almanac.LAST_DAY:
        return ""
    if special := almanac.special_day(day):
        return messages.say("あしたは{names}", names=special_sum(special, messages))
    short = almanac.summary(day)
    senjitsu = almanac.without_twice(short.senjitsu)
    names = messages.say("と").join(named([short.rokuyo, *senjitsu], messages))
    if not senjitsu:
        return messages.say("あしたの六曜は{names}", names=names)
    return messages.say("あしたは{names}", names=names)


async def english_home(_request: PortalRequest) -> Response:
    """Redirect `/en` to `/en/`."""
    path = languages.PREFIXES[languages.ENGLISH] + "/"
    return RedirectResponse(path, status_code=308, headers=day_pages.FOR_A_DAY)


async def about(request: PortalRequest) -> Response:
    def context() -> dict[str, Any]:
        counted = Counter(lot.fortune for lot in omikuji.lots().values())
        return {"odds": [(words, counted[name]) for name, words in omikuji.FORTUNES.items()]}

    return await day_pages.page(request, "about.html", "/about", None, context)
