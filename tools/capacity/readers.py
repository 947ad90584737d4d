"""Readers by the minute, and what they request: assumptions, each with its reason."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

MINUTES = 1440

ARRIVALS = (
    ("in the minutes after midnight, when the day changes", 0.02, "after", 0, 5),
    ("by alarm clocks and reminders at seven", 0.15, "after", 420, 12),
    ("on the way to work", 0.30, "around", 440, 40),
    ("at lunch", 0.10, "around", 735, 20),
    ("in the evening", 0.18, "around", 1260, 75),
    ("through the day", 0.25, "around", 900, 240),
)
"""Parts of a day's readers: their share, and a minute and a spread in minutes: `after` it with an
exponential tail of this mean, or `around` it with this standard deviation."""

PAGE, FILE, COLD, LIST, LIKE = range(5)
NAMES = ("page", "file", "cold page", "list of favorites", "like")


@dataclass(frozen=True)
class Reader:
    """The requests of one reader in a day, by kind."""

    what: str
    requests: Sequence[float]
    why: str


RETURNING = Reader(
    "a returning reader",
    (8, 1, 0.03, 0.1, 0.1),
    "three pages read; tomorrow's five pages with one sign, which the service worker saves ahead; "
    "its update check. Other files are in the browser's cache",
)
NEW = Reader(
    "a new reader",
    (10, 6, 0.03, 0.1, 0.05),
    "three pages read, two more of today and tomorrow's five saved ahead; style, script, icon, "
    "manifest, service worker and the offline page",
)
NEW_SHARE = 0.2
"""Of an ordinary day's readers; all who follow a link on television are new."""

FILE_BYTES = 6_000
"""A file on average: a new reader's six are some 36 kB."""

TELEVISION = 19 * 60 + 30
"""The minute of the day at which a link is shown."""

TELEVISION_FACTOR, TELEVISION_RISE, TELEVISION_HOLD, TELEVISION_HALF = 100, 60, 180, 180
"""A hundredfold of that minute's readers within 60 s, held for 180 s, then halved every 180 s."""

TELEVISION_MOST = 1_000_000 / 60
"""New readers a second, at most: a tenth of an audience of ten million within a minute."""

CACHES = 2
"""CloudFront's regional edge caches that ask the origin for the same page: Tokyo, and one more."""

LANGUAGES = 2

HOME_SECONDS = 10
"""How long CloudFront may keep the home page: `s-maxage` is at most this."""

CDN_MISSES = 0.001
"""Of the requests for what CloudFront may keep: evicted, or from readers abroad."""


def by_minute() -> list[float]:
    """The share of a day's readers that comes in each minute."""
    shares = [0.0] * MINUTES
    for _, share, shape, at, spread in ARRIVALS:
        before = [_until(minute, shape, at, spread) for minute in range(MINUTES + 1)]
        whole = before[-1] - before[0]
        for minute in range(MINUTES):
            shares[minute] += share * (before[minute + 1] - before[minute]) / whole
    return shares


def _until(minute: float, shape: str, at: float, spread: float) -> float:
    """The part that came before a minute."""
    if shape == "around":
        return (1 + math.erf((minute - at) / spread / math.sqrt(2))) / 2
    return 1 - math.exp(-max(0.0, minute - at) / spread)


class Demand:
    """Requests a second on one day: what readers send, and what of it reaches the tasks."""

    def __init__(
        self,
        readers: float,
        *,
        cdn: bool = False,
        television: bool = False,
        favorites: bool = True,
    ) -> None:
        self.readers = readers
        self._favorites = favorites
        self.cdn = cdn
        self.television = television
        self._visits = [readers * share / 60 for share in by_minute()]
        self._linked = min(self._visits[TELEVISION] * (TELEVISION_FACTOR - 1), TELEVISION_MOST)
        self._rates = [self._of(self._visits[minute], 0.0) for minute in range(MINUTES)]

    def visits(self, second: float) -> tuple[float, float]:
        """Readers who come in a second: the ordinary day's, and through the link."""
        ordinary = self._visits[int(second // 60) % MINUTES]
        return ordinary, self._through_link(second) if self.television else 0.0

    def rates(self, second: float) -> Sequence[float]:
        """Requests a second to the tasks, by kind."""
        ordinary, linked = self.visits(second)
        return self._of(ordinary, linked) if linked else self._rates[int(second // 60) % MINUTES]

    def sent(self, second: float) -> Sequence[float]:
        """Requests a second that readers send, by kind."""
        return self._requests(*self.visits(second))

    def connections(self, second: float) -> float:
        """New connections a second at the load balancer.

        A reader makes one, with HTTP/2. CloudFront keeps its own open: one for ten requests.
        """
        return sum(self.rates(second)) / 10 if self.cdn else sum(self.visits(second))

    def _of(self, ordinary: float, linked: float) -> Sequence[float]:
        rates = self._requests(ordinary, linked)
        if not self.cdn:
            return rates
        home = CACHES * LANGUAGES / HOME_SECONDS
        return (
            min(rates[PAGE], rates[PAGE] * CDN_MISSES + home),
            rates[FILE] * CDN_MISSES,
            *rates[COLD:],
        )

    def _through_link(self, second: float) -> float:
        since = second - TELEVISION * 60
        if since <= 0:
            return 0.0
        if since < TELEVISION_RISE:
            return self._linked * since / TELEVISION_RISE
        over = max(0.0, since - TELEVISION_RISE - TELEVISION_HOLD)
        return self._linked * math.exp2(-over / TELEVISION_HALF)

    def _requests(self, ordinary: float, linked: float) -> tuple[float, ...]:
        new = ordinary * NEW_SHARE + linked
        old = ordinary * (1 - NEW_SHARE)
        rates = tuple(
            old * returning + new * first
            for returning, first in zip(RETURNING.requests, NEW.requests, strict=True)
        )
        return rates if self._favorites else (*rates[:LIST], 0.0, 0.0)
