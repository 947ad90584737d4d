"""The costliest request of each route.

The test of turns, the fuzzer and the floods of `make bench` send these.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple

from kirosample import almanac, omikuji, quotes
from kirosample.horoscope import SIGNS
from kirosample.web.calendar_options import CALENDAR_OPTIONS
from kirosample.web.i18n.languages import ENGLISH, PREFIXES

_DAY: Final = "date={day}"
_WORDS: Final = "limit=100&q=" + "+".join("etaoinshr" * 5) + "+{letter}"
_WISH: Final = "for=car&from={day}"
_COMPARED: Final = "&on={day}&on={date}&on={recent}"
_CALENDAR: Final = "&".join(f"{name}=true" for name in CALENDAR_OPTIONS) + "&alarm=07:{minute}"
_CODE: Final = "code=0000-0000-00{minute}"

COSTLIEST: Final[Mapping[str, str]] = {
    "GET /": _DAY,
    "GET /date": f"{_DAY}&place=naha",
    "GET /year": "year={year}",
    "GET /days": f"{_WISH}{_COMPARED}",
    "GET /days.ics": f"{_WISH}&alarm=07:30",
    "GET /calendar": _CALENDAR,
    "GET /calendar.ics": _CALENDAR,
    "GET /calendar/{sign}.ics": "alarm=07:{minute}",
    "GET /horoscope": f"{_DAY}&by=love",
    "GET /horoscope/{sign}": _DAY,
    "GET /horoscope/{one}/{other}": _DAY,
    "GET /quote": _DAY,
    "GET /quotes": _WORDS,
    "GET /quote/random": "not={seen}",
    "GET /favorites": "mine=true&limit={limit}",
    "POST /favorites": "like=horoscope:{recent}.leo",
    "POST /favorites/transfer": _CODE,
    "POST /favorites/transfer/redeem": _CODE,
    "POST /birthday": "year={year}&month=5&day=12",
    "GET /api/date": f"{_DAY}&place=naha&lang=en",
    "GET /api/days": f"{_WISH}&lang=en",
    "GET /api/horoscopes": f"{_DAY}&lang=en",
    "GET /api/horoscopes/{sign}": f"{_DAY}&lang=en",
    "GET /api/quotes": f"{_WORDS}&lang=en",
    "GET /api/quotes/today": f"{_DAY}&lang=en",
    "GET /api/quotes/random": "not={seen}",
    "GET /api/quotes/{quote_id}": "lang=en",
    "GET /api/favorites": "limit={limit}",
    "GET /api/favorites/mine": "limit={limit}",
    "POST /api/favorites": "type=horoscope&item={recent}.leo",
    "POST /api/favorites/transfers/redeem": _CODE,
}
"""By method and Japanese path: the query, or the fields of a form or of JSON; a route that is not
here has neither. `{names}` stand for values that differ from request to request, so that no cache
helps."""


class Sample(NamedTuple):
    """Path and query, and the fields as a form."""

    target: str
    fields: str


def name_of(method: str, path: str) -> str:
    """A route in the list, whatever the language of its path."""
    return f"{method} {path.removeprefix(PREFIXES[ENGLISH]) or '/'}"


def sample(method: str, path: str, number: int, today: date, **others: str) -> Sample:
    """A route's costliest request with values of this number and others."""
    days = (almanac.LAST_DAY - almanac.FIRST_DAY).days + 1
    day = almanac.FIRST_DAY + timedelta(number * 4_001 % days)
    ids = [quote.id for quote in quotes.load().quotes]
    purposes = list(almanac.load_words().purposes)
    first = number * 7 % len(ids)
    sign = SIGNS[number % len(SIGNS)].id
    values = {
        "sign": sign,
        "one": sign,
        "other": SIGNS[(number * 5 + 7) % len(SIGNS)].id,
        "purpose": purposes[number % len(purposes)],
        "quote_id": ids[first],
        "seen": ",".join((ids + ids)[first : first + 60]),
        "date": f"{today - timedelta(number % 3 - 1)}",
        "recent": f"{today - timedelta(1 + number % 30)}",
        "day": f"{day}",
        "year": f"{day.year}",
        "month_and_day": f"{day:%m-%d}",
        "shape": "tall",
        "favorite_id": f"{number + 1}",
        "minute": f"{number % 60:02}",
        "letter": "lucdmfwypgb"[number % 11],
        "limit": f"{100 - number % 10}",
        "number": f"{1 + number * 9 % len(omikuji.lots())}",
        **others,
    }

    def filled(text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda match: values[match[1]], text)

    given = filled(COSTLIEST.get(name_of(method, path), ""))
    target = filled(path)
    if method != "GET":
        return Sample(target, given)
    return Sample(f"{target}?{given}" if given else target, "")
