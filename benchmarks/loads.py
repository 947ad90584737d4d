"""The requests of attacks, and of those who are served meanwhile."""

import itertools
import json
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from benchmarks.http import FORM, JSON, raw
from benchmarks.servers import COOKIE_KEY
from ishizue.testing.client import BROWSER_AND_ALB
from ishizue.visitors.cookies import COOKIE, Visitors
from kirosample import quotes
from kirosample.almanac import FIRST_DAY, LAST_DAY, date_in_japan, load_places
from kirosample.costliest import sample
from kirosample.horoscope import SIGNS
from kirosample.routes import ROUTES

HARVESTED = 600
"""Visitors whose cookies an attack has: those with the ids from 1 on. The next one is honest."""

_QUOTES = [quote.id for quote in quotes.load().quotes]


@dataclass(frozen=True, slots=True)
class Request:
    """A GET, or with a body a POST."""

    path: str
    body: bytes = b""
    cookie: str = ""

    def raw(self, port: int, address: str, *, gzip: bool = True) -> bytes:
        """The request as a browser sends it and a proxy forwards it."""
        headers = BROWSER_AND_ALB | {"X-Forwarded-For": address}
        if self.body:
            del headers["Sec-Fetch-Mode"], headers["Cookie"]
            headers |= JSON if self.body.startswith(b"{") else FORM
        headers |= {"Cookie": self.cookie} if self.cookie else {}
        headers |= {} if gzip else {"Accept-Encoding": "identity"}
        return raw(port, self.path, headers, self.body)


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


def _todays() -> Stream:
    """Whatever depends on today's sky and a choice: 572 pages, each also compressed."""
    today = date_in_japan(datetime.now(UTC))
    days = today, today + timedelta(1)
    signs = [sign.id for sign in SIGNS]
    chosen = ["/?", "/quote?", *(f"/date?place={place}&" for place in load_places())]
    chosen += [f"/horoscope?by={by}&" for by in ("overall", "love", "work", "money")]
    chosen += [f"/horoscope/{sign}?" for sign in signs]
    pairs = itertools.combinations_with_replacement(signs, 2)
    chosen += [f"/horoscope/{sign}/{other}?" for sign, other in pairs]
    paths = [f"{en}{page}today={day}" for en in ("", "/en") for page in chosen for day in days]
    while True:
        yield Request(random.choice(paths))


def _costliest() -> Stream:
    """The costliest requests of the routes that declare 10 ms or more."""
    paths = [p for method, p, _, cost in ROUTES if method == "GET" and cost.milliseconds >= 10]
    for number, path in zip(_numbers(), itertools.cycle(paths), strict=False):
        target = sample("GET", path, number, date_in_japan(datetime.now(UTC))).target
        yield Request(target, cookie=cookie(1 + number % HARVESTED))


def cookie(visitor: int) -> str:
    """The cookie of the visitor with this id."""
    return f"{COOKIE}={Visitors((COOKIE_KEY.encode(),)).sign(UUID(int=visitor))}"


def _own_lists() -> Stream:
    """Own lists of different lengths, so that no two share a read."""
    cookies = [cookie(1 + number) for number in range(HARVESTED)]
    for header in itertools.cycle(cookies):
        yield Request(f"/api/favorites/mine?limit={random.randint(1, 100)}", cookie=header)


def _pictures() -> Stream:
    """All pictures of quotes, more than the page cache holds, in random order."""
    ends = [f"{shape}.png" for shape in ("", "/square", "/tall")]
    starts = [f"{en}/share/quote/{id_}" for id_ in _QUOTES for en in ("", "/en")]
    paths = [start + end for start in starts for end in ends]
    random.shuffle(paths)
    return _each("{}", itertools.cycle(paths))


def _redemptions(codes: Iterable[str]) -> Stream:
    for code in codes:
        body = json.dumps({"code": code}).encode()
        receiver = cookie(random.getrandbits(100))
        yield Request("/api/favorites/transfers/redeem", body, cookie=receiver)


def _mixed() -> Stream:
    loads = ("an own list", "an uncached picture", "a cold page", "a wrong code")
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
    "the costliest requests": _costliest,
    "an unknown path": lambda: _each("/unknown/{}", _numbers()),
    "an invalid like": lambda: (
        Request("/api/favorites", b'{"type":"quote","item":%d}' % number) for number in _numbers()
    ),
    "`/livez`": lambda: itertools.repeat(Request("/livez")),
    "an own list": _own_lists,
    "an uncached picture": _pictures,
    "a cold page": lambda: LOADS["horoscopes"](),
    "a wrong code": lambda: _redemptions(f"{number:012}" for number in _numbers()),
    "all of these": _mixed,
}
"""The requests of each load by its name in the table: none that the page cache has."""


def honest(port: int) -> list[Iterator[bytes]]:
    """What readers request beside an attack, each from a /24 of its own.

    A cold page, a form and an own list.
    """
    form = Request("/birthday", b"year=1985&month=5&day=12")
    own = Request("/api/favorites/mine", cookie=cookie(HARVESTED + 1))
    streams = [LOADS["horoscopes"](), itertools.repeat(form), itertools.repeat(own)]
    sites = [address(256 + number << 8) for number in range(1000)]
    return [map(lambda r, site: r.raw(port, site), stream, sites) for stream in streams]


def address(number: int) -> str:
    """A client address for each of 16 million numbers."""
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


_SITES: dict[str, Callable[[int], str]] = {
    "/48": "2001:db8:1:{:x}::1".format,
    "/24": lambda number: f"198.51.100.{number % 254 + 1}",
    "/32": "2001:db8:{:x}::1".format,
    "/16": lambda number: f"198.18.{number % 256}.1",
}
"""By prefix length: the address of each client of a network. Those of a /48 have a /64 each, those
of a /32 a /48, and those of a /16 a /24."""


def flood(load: str, port: int, clients: int, site: str = "") -> Iterator[bytes]:
    """The requests of so many clients of one site, or else half of them from one address.

    Without a site this is the flood of one client and that of many, and each POST has another
    address.
    """
    for number, request in enumerate(LOADS[load]()):
        client = number % clients
        if site:
            of = _SITES[site](client)
        elif request.body:
            of = address(1_000 + number)
        else:
            of = address(client if client % 2 else 0)
        yield request.raw(port, of, gzip=bool(number % 4 // 2))
