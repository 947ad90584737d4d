"""The requests of attacks, and of those who are served meanwhile."""

import itertools
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from benchmarks.programs import COOKIE_KEY, FORM, JSON
from ishizue.http.dispatch import CHEAP
from ishizue.testing import client
from ishizue.testing.client import BROWSER_AND_ALB
from ishizue.visitors.cookies import HOST_COOKIE, Visitors
from kirosample import quotes
from kirosample.almanac import FIRST_DAY, LAST_DAY, date_in_japan, load_places
from kirosample.costliest import sample
from kirosample.horoscope import SIGNS
from kirosample.routes import ROUTES

HARVESTED = 600
"""Visitors whose cookies an attack has: those with the ids from 1 on. The next one is honest."""

READERS = 20
"""Visitors with readings in their own lists: those with the ids from 1 on."""

_QUOTES = [quote.id for quote in quotes.load().quotes]

ITEMS = [{"type": "quote", "item": id_} for id_ in _QUOTES]
"""What can be liked on any day."""


@dataclass(frozen=True, slots=True)
class Request:
    """A GET, or with a body a POST."""

    path: str
    body: bytes = b""
    cookie: str = ""

    def raw(self, address: str, *, gzip: bool = True) -> bytes:
        """The request as a browser sends it and a proxy forwards it."""
        headers = BROWSER_AND_ALB | {"X-Forwarded-For": address}
        if self.body:
            del headers["Sec-Fetch-Mode"], headers["Cookie"]
            headers |= JSON if self.body.startswith(b"{") else FORM
        headers |= {"Cookie": self.cookie} if self.cookie else {}
        headers |= {} if gzip else {"Accept-Encoding": "identity"}
        method = "POST" if self.body else "GET"
        return client.request(method, self.path, headers, self.body or None)


Stream = Iterator[Request]


def _days() -> Iterator[date]:
    """Every day of the calendar in random order, so that no cache helps."""
    days = [FIRST_DAY + timedelta(number) for number in range((LAST_DAY - FIRST_DAY).days + 1)]
    random.shuffle(days)
    return itertools.cycle(days)


def _numbers() -> Iterator[int]:
    """Consecutive numbers from a random one on."""
    return itertools.count(random.randrange(10**6, 10**8))


def _each(path: str, values: Iterable[object]) -> Stream:
    return (Request(path.format(value)) for value in values)


def cookie(visitor: int) -> str:
    """The cookie of the visitor with this id, over HTTPS."""
    return f"{HOST_COOKIE}={Visitors((COOKIE_KEY.encode(),)).sign(UUID(int=visitor))}"


def _by_visitors(visitors: int, path: Callable[[], str]) -> Stream:
    """Requests of these visitors in turn, each for its own path."""
    cookies = [cookie(1 + number) for number in range(visitors)]
    return (Request(path(), cookie=kept) for kept in itertools.cycle(cookies))


def _todays() -> Stream:
    """What depends on today's sky and a choice: 500 pages, each also compressed."""
    today = date_in_japan(datetime.now(UTC))
    pairs = itertools.combinations_with_replacement((sign.id for sign in SIGNS), 2)
    chosen = [f"/horoscope/{sign}/{other}?" for sign, other in pairs]
    chosen += [f"/date?place={place}&" for place in load_places()]
    return _shuffled(
        f"{en}{page}today={day}"
        for en in ("", "/en")
        for page in chosen
        for day in (today, today + timedelta(1))
    )


def _samples(*paths: str) -> Stream:
    """The costliest requests of these routes, in turn."""
    today = date_in_japan(datetime.now(UTC))
    targets = (
        sample("GET", path, number, today).target
        for number, path in zip(_numbers(), itertools.cycle(paths), strict=False)
    )
    return _by_visitors(HARVESTED, targets.__next__)


def _shuffled(texts: Iterable[str]) -> Stream:
    """These paths in random order, again and again."""
    paths = list(texts)
    random.shuffle(paths)
    return _each("{}", itertools.cycle(paths))


def _mixed() -> Stream:
    loads = ("an own list", "an uncached picture", "horoscopes", "a wrong code")
    streams = [LOADS[load]() for load in loads]
    while True:
        yield next(random.choice(streams))


LOADS: dict[str, Callable[[], Stream]] = {
    "dates": lambda: _each("/date?date={}", _days()),
    "lucky days": lambda: _each("/days?for=wedding&from={}", _days()),
    "horoscopes": lambda: _each("/horoscope/leo?date={}", _days()),
    "pairs": lambda: _each("/horoscope/aries/leo?date={}", _days()),
    "search": lambda: _each("/en/quotes?q={}", _numbers()),
    # More than the page cache holds, so each is rendered again.
    "lists of quotes": lambda: _each("/quotes?limit=100&cursor={}", itertools.cycle(_QUOTES)),
    "today's pages": _todays,
    "the costliest requests": lambda: _samples(
        *(path for method, path, _, cost in ROUTES if method == "GET" and cost != CHEAP)
    ),
    "an unknown path": lambda: _each("/unknown/{}", _numbers()),
    "an invalid like": lambda: (
        Request("/api/favorites", b'{"type":"quote","item":%d}' % number) for number in _numbers()
    ),
    "`/livez`": lambda: itertools.repeat(Request("/livez")),
    # Of different lengths, so that no two share a read.
    "an own list": lambda: _by_visitors(
        HARVESTED, lambda: f"/api/favorites/mine?limit={random.randint(1, 100)}"
    ),
    "an own list, Japanese": lambda: _by_visitors(READERS, lambda: "/favorites?mine=true"),
    "an own list, English": lambda: _by_visitors(READERS, lambda: "/en/favorites?mine=true"),
    "exports": lambda: _by_visitors(READERS, lambda: "/favorites/export.csv"),
    # More than the page cache holds, as the pictures are.
    "years": lambda: _shuffled(
        f"{en}/year?year={year}" for en in ("", "/en") for year in range(1900, 2101)
    ),
    "calendars": lambda: _samples("/calendar.ics"),
    "an uncached picture": lambda: _shuffled(
        f"{en}/share/quote/{id_}{shape}.png"
        for en in ("", "/en")
        for id_ in _QUOTES
        for shape in ("", "/square", "/tall")
    ),
    "a wrong code": lambda: (
        Request(
            "/api/favorites/transfers/redeem",
            b'{"code":"%012d"}' % number,
            cookie(random.getrandbits(100)),
        )
        for number in _numbers()
    ),
    "whatever waits": _mixed,
}
"""The requests of each load by its name in the table: none that the page cache has."""


def honest() -> list[Iterator[bytes]]:
    """What readers request beside an attack, each from a /24 of its own.

    A cold page, a form and an own list.
    """
    form = Request("/birthday", b"year=1985&month=5&day=12")
    own = Request("/api/favorites/mine", cookie=cookie(HARVESTED + 1))
    streams = [LOADS["horoscopes"](), itertools.repeat(form), itertools.repeat(own)]
    sites = [address(256 + number << 8) for number in range(1000)]
    return [map(lambda r, site: r.raw(site), stream, sites) for stream in streams]


def address(number: int) -> str:
    """A client address for each of 16 million numbers."""
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


_NETWORKS: dict[str, Callable[[int], str]] = {
    "/48": "2001:db8:1:{:x}::1".format,
    "/24": lambda number: f"198.51.100.{number % 254 + 1}",
    "/32": "2001:db8:{:x}::1".format,
    "/16": lambda number: f"198.18.{number % 256}.1",
    "": lambda number: address(number if number % 2 else 0),
}
"""By prefix length: the address of each client of a network. Those of a /48 have a /64 each, those
of a /32 a /48, and those of a /16 a /24. Without a network it is one client's flood and many's."""


def flood(load: str, clients: int = 1, network: str = "") -> Iterator[bytes]:
    """The requests of so many clients of one network, or else half of them from one address."""
    for number, request in enumerate(LOADS[load]()):
        yield request.raw(_NETWORKS[network](number % clients), gzip=bool(number % 4 // 2))
