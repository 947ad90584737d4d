"""The costliest request of each route.

The test of the costs that routes declare, the fuzzer and the floods of `make bench` send these
requests. `{names}` are replaced by values that differ with a number, so that no cache helps.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

from kirosample import almanac, omikuji, quotes
from kirosample.horoscope import SIGNS
from kirosample.web.i18n.languages import ENGLISH, PREFIXES
from kirosample.web.queries import CALENDAR_OPTIONS

LIKES: Final = 200
"""How many favorites a visitor has in the worst case: more are read in several turns."""

Likes = Literal["quotes", "readings"]
"""What they are: readings of as many days are costlier where a page shows their words."""


class Costliest(NamedTuple):
    """The query of a route's costliest request, or the fields of its form or JSON."""

    query: str = ""
    fields: Mapping[str, str] = {}
    cookie: str = ""
    """The one without which a page is only a redirect."""

    likes: Likes | None = None
    """What the visitor who sends it likes, and what leads the list of all; None if either costs
    the same."""


class Sample(NamedTuple):
    """One such request: path and query, fields, and a cookie or none."""

    target: str
    fields: Mapping[str, str]
    cookie: str


_DAY: Final = "?date={day}"
_IN_ENGLISH: Final = f"{_DAY}&lang=en"
_WISH: Final = "?for=car&from={day}&alarm=07:30"
_CALENDAR: Final = "".join(f"{name}=true&" for name in CALENDAR_OPTIONS) + "alarm=07:{minute}"
_WORDS: Final = "?limit=100&q=" + "+".join("etaoinshr" * 5) + "+{letter}"
_SEEN: Final = Costliest("?not={seen}")
_READING: Final = "{recent}.leo"
_CODE: Final = Costliest(fields={"code": "0000-0000-00{minute}"})
_OWN: Final = Costliest("?limit={limit}", likes="readings")
_EXPORT: Final = Costliest(likes="readings")

COSTLIEST: Final[Mapping[tuple[str, str], Costliest]] = {
    ("GET", "/"): Costliest(_DAY),
    ("GET", "/date"): Costliest(f"{_DAY}&place=naha"),
    ("GET", "/year"): Costliest("?year={year}"),
    ("GET", "/days"): Costliest(_WISH),
    ("GET", "/days.ics"): Costliest(_WISH),
    ("GET", "/calendar"): Costliest(f"?{_CALENDAR}"),
    ("GET", "/calendar.ics"): Costliest(f"?{_CALENDAR}"),
    ("GET", "/calendar/{sign}.ics"): Costliest("?alarm=07:{minute}"),
    ("GET", "/horoscope"): Costliest(f"{_DAY}&by=love"),
    ("GET", "/horoscope/{sign}"): Costliest(_DAY),
    ("GET", "/horoscope/{one}/{other}"): Costliest(_DAY),
    ("GET", "/quote"): Costliest(_DAY),
    ("GET", "/quotes"): Costliest(_WORDS),
    ("GET", "/quote/random"): _SEEN,
    ("GET", "/favorites"): Costliest("?mine=true&limit={limit}", likes="readings"),
    ("GET", "/favorites/export.json"): _EXPORT,
    ("GET", "/favorites/export.csv"): _EXPORT,
    ("GET", "/omikuji/mine/{number}"): Costliest(cookie="omikuji={today}.{number}"),
    ("POST", "/birthday"): Costliest(fields={"year": "{year}", "month": "5", "day": "12"}),
    ("POST", "/favorites"): Costliest(fields={"like": f"horoscope:{_READING}"}),
    ("POST", "/favorites/transfer"): _CODE,
    ("POST", "/favorites/transfer/redeem"): _CODE,
    ("GET", "/api/date"): Costliest(f"{_IN_ENGLISH}&place=naha"),
    ("GET", "/api/days"): Costliest("?for=car&from={day}&lang=en"),
    ("GET", "/api/horoscopes"): Costliest(_IN_ENGLISH),
    ("GET", "/api/horoscopes/{sign}"): Costliest(_IN_ENGLISH),
    ("GET", "/api/quotes"): Costliest(f"{_WORDS}&lang=en"),
    ("GET", "/api/quotes/today"): Costliest(_IN_ENGLISH),
    ("GET", "/api/quotes/random"): _SEEN,
    ("GET", "/api/quotes/{quote_id}"): Costliest("?lang=en"),
    ("GET", "/api/favorites"): _OWN,
    ("GET", "/api/favorites/mine"): _OWN,
    ("POST", "/api/favorites"): Costliest(fields={"type": "horoscope", "item": _READING}),
    ("POST", "/api/favorites/transfers/redeem"): _CODE,
    **dict.fromkeys(
        [
            ("POST", "/omikuji/mine"),
            ("POST", "/favorites/{favorite_id}/withdraw"),
            ("POST", "/favorites/transfer/code"),
            ("POST", "/api/favorites/transfers"),
            ("DELETE", "/api/favorites/{favorite_id}"),
            *(
                ("GET", path)
                for path in (
                    *("/birthday", "/birthday/{month_and_day}", "/omikuji", "/omikuji/{number}"),
                    *("/quote/{quote_id}", "/favorites/transfer", "/about", "/offline", "/api"),
                    *("/api/favorites/stats", "/livez", "/readyz", "/openapi.json", "/robots.txt"),
                    *("/manifest.webmanifest", "/sw.js", "/static/{name}", "/favicon.ico"),
                    *("/feeds/quote.xml", "/feeds/ranking.xml", "/feeds/{sign}.xml"),
                    "/sitemap.xml",
                )
            ),
            *(
                ("GET", f"/share/{of}{ending}.png")
                for of in (
                    *("quote/{quote_id}", "horoscope/{date}/{sign}", "ranking/{date}"),
                    *("date/{date}", "omikuji/{number}", "birthday/{month_and_day}"),
                )
                for ending in ("", "/{shape}")
            ),
        ],
        Costliest(),
    ),
}
"""By method and path, without the prefix of the language; the last ones have no parameters."""


def path_of(path: str) -> str:
    """A route's path without the prefix of the language."""
    return path.removeprefix(PREFIXES[ENGLISH]) or "/"


def sample(method: str, path: str, number: int, today: date, **others: str) -> Sample:
    """A route's costliest request with values of this number and others."""
    entry = COSTLIEST[method, path_of(path)]
    values = _values(number, today) | others

    def filled(text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda match: values[match[1]], text)

    fields = {name: filled(value) for name, value in entry.fields.items()}
    return Sample(filled(path + entry.query), fields, filled(entry.cookie))


def _values(number: int, today: date) -> dict[str, str]:
    days = (almanac.LAST_DAY - almanac.FIRST_DAY).days + 1
    # Steps that share no factor with what they go through.
    day = almanac.FIRST_DAY + timedelta(number * 4_001 % days)
    ids = [quote.id for quote in quotes.load().quotes]
    first = number * 7 % len(ids)
    sign, other = SIGNS[number % len(SIGNS)].id, SIGNS[(number * 5 + 7) % len(SIGNS)].id
    return {
        "sign": sign,
        "one": sign,
        "other": other,
        "quote_id": ids[first],
        "seen": ",".join((ids + ids)[first : first + 60]),
        "date": f"{today - timedelta(number % 3 - 1)}",
        "today": f"{today}",
        "day": f"{day}",
        "recent": f"{today - timedelta(1 + number % 30)}",
        "year": f"{day.year}",
        "month_and_day": f"{day:%m-%d}",
        "shape": "tall",
        "favorite_id": f"{number + 1}",
        "minute": f"{number % 60:02}",
        "letter": "lucdmfwypgb"[number % 11],
        "limit": f"{100 - number % 10}",
        "number": f"{1 + number * 9 % len(omikuji.lots())}",
    }
