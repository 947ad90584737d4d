"""Readers by the second, and what they request: assumptions, each with its reason."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float64]

MINUTES = 1440
DAY = 60 * MINUTES

ARRIVALS = (
    ("in the minutes after midnight", 0.02, "after", 0, 5),
    ("by alarm clocks and reminders at seven", 0.15, "after", 420, 12),
    ("on the way to work", 0.30, "around", 440, 40),
    ("at lunch", 0.10, "around", 735, 20),
    ("in the evening", 0.18, "around", 1260, 75),
    ("through the day", 0.25, "around", 900, 240),
)
"""Parts of a day's readers: their share, and a minute and a spread in minutes: `after` it with an
exponential tail of this mean, or `around` it with this standard deviation."""

KINDS = PAGE, FILE, COLD, LIST, LIKE = range(5)
"""Of requests; a cold page is not cached."""

RETURNING = (8, 1, 0.03, 0.1, 0.1)
"""Requests of a reader in a day, by kind: three pages read; tomorrow's five pages with one sign,
which the service worker saves ahead; its update check. Other files are in the browser's cache."""

NEW = (10, 6, 0.03, 0.1, 0.05)
"""Three pages read, two more of today and tomorrow's five saved ahead; style, script, icon,
manifest, service worker and the offline page."""

NEW_SHARE = 0.2
"""Of an ordinary day's readers; all who follow a link on television are new."""

TELEVISION = 60 * (19 * 60 + 30)
"""The second of the day at which a link is shown."""

LINK_FACTOR, LINK_RISE, LINK_HOLD, LINK_HALF = 100, 60, 180, 180
"""A hundredfold of that minute's readers within 60 s, held for 180 s, then halved every 180 s."""

MAX_LINKED = 1_000_000 / 60
"""New readers a second, at most: a tenth of an audience of ten million within a minute."""

CDN_HOME = 2 * 2 / 10
"""Requests a second of CloudFront for `/`, which it may keep for 10 s: two regional caches, Tokyo
and one more, and two languages."""

CDN_MISSES = 0.001
"""Of the requests for what CloudFront may keep: evicted, or from readers abroad."""


@dataclass(frozen=True)
class Demand:
    """A day or a part of it, by the second."""

    sent: Series
    """What readers request, by kind in columns."""
    arriving: Series
    """What of it reaches the tasks."""

    def busiest(self) -> Series:
        """What reaches the tasks in the busiest second, by kind."""
        found: Series = self.arriving[self.arriving.sum(axis=1).argmax()]
        return found


def demand(
    readers: float,
    begin: int = 0,
    end: int = DAY,
    *,
    cdn: bool = False,
    link: bool = False,
    favorites: bool = True,
) -> Demand:
    """These seconds of a day of so many readers, perhaps with a link on television."""
    ordinary = np.repeat(readers * by_minute() / 60, 60)
    linked = _through_link(ordinary[TELEVISION]) if link else np.zeros(DAY)
    sent = np.outer(ordinary * (1 - NEW_SHARE), RETURNING)
    sent += np.outer(ordinary * NEW_SHARE + linked, NEW)
    if not favorites:
        sent[:, [LIST, LIKE]] = 0
    arriving = sent.copy()
    if cdn:
        arriving[:, PAGE] = np.minimum(sent[:, PAGE], sent[:, PAGE] * CDN_MISSES + CDN_HOME)
        arriving[:, FILE] *= CDN_MISSES
    return Demand(sent[begin:end], arriving[begin:end])


def by_minute() -> Series:
    """The share of a day's readers that comes in each minute."""
    minutes, shares = np.arange(MINUTES) + 0.5, np.zeros(MINUTES)
    for _, share, shape, at, spread in ARRIVALS:
        since = (minutes - at) / spread
        rates = np.exp(-(since**2) / 2) if shape == "around" else np.exp(-since) * (since > 0)
        shares += share * rates / rates.sum()
    return shares


def _through_link(visits: float) -> Series:
    """Readers who follow the link, where so many a second would have come at that time."""
    most = min(visits * (LINK_FACTOR - 1), MAX_LINKED)
    since = np.arange(DAY) - TELEVISION
    over = np.maximum(0, since - LINK_RISE - LINK_HOLD)
    rise: Series = np.clip(since / LINK_RISE, 0, 1)
    return most * rise * np.exp2(-over / LINK_HALF)
