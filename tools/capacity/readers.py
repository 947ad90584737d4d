"""Readers by the minute, and what they request: assumptions, each with its reason."""

import math
from functools import cache

MINUTES = 1440

Rates = tuple[float, ...]
"""Requests a second, by kind."""

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
"""The kinds of requests; a cold page is not cached."""

RETURNING = (8, 1, 0.03, 0.1, 0.1)
"""Requests of a reader in a day, by kind: three pages read; tomorrow's five pages with one sign,
which the service worker saves ahead; its update check. Other files are in the browser's cache."""

NEW = (10, 6, 0.03, 0.1, 0.05)
"""Requests of a new reader, by kind: three pages read, two more of today and tomorrow's five saved
ahead; style, script, icon, manifest, service worker and the offline page."""

NEW_SHARE = 0.2
"""The share of new readers on an ordinary day; all who follow a link on television are new."""

TELEVISION = 19 * 60 + 30
"""The minute of the day in which a link is shown."""

LINK_FACTOR = 100
"""How many times the readers of that minute come."""

MAX_LINKED = 1_000_000 / 60
"""New readers a second, at most: a tenth of an audience of ten million within a minute."""

CDN_HOME = 2 * 2 / 10
"""Requests a second of CloudFront for `/`, which it may keep for 10 s: two regional caches, Tokyo
and one more, and two languages."""

CDN_MISSES = 0.001
"""The share of requests that CloudFront passes on of what it may keep: evicted, or abroad."""


@cache
def by_minute() -> Rates:
    """The share of a day's readers that comes in each minute."""
    shares = [0.0] * MINUTES
    for _, share, shape, at, spread in ARRIVALS:
        since = [(minute + 0.5 - at) / spread for minute in range(MINUTES)]
        if shape == "around":
            weights = [math.exp(-(each**2) / 2) for each in since]
        else:
            weights = [math.exp(-each) if each > 0 else 0.0 for each in since]
        for minute, weight in enumerate(weights):
            shares[minute] += share * weight / sum(weights)
    return tuple(shares)


BUSIEST = max(range(MINUTES), key=lambda minute: by_minute()[minute])


def sent(readers: float, minute: int, *, link: bool = False) -> Rates:
    """What readers request in this minute of a day of so many, perhaps at the top of a link."""
    ordinary = readers * by_minute()[minute] / 60
    linked = min(ordinary * (LINK_FACTOR - 1), MAX_LINKED) if link else 0
    new = ordinary * NEW_SHARE + linked
    returning = ordinary * (1 - NEW_SHARE)
    return tuple(returning * RETURNING[kind] + new * NEW[kind] for kind in KINDS)


def arriving(rates: Rates, *, cdn: bool) -> Rates:
    """The requests that reach the tasks."""
    if not cdn:
        return rates
    pages = min(rates[PAGE], rates[PAGE] * CDN_MISSES + CDN_HOME)
    return (pages, rates[FILE] * CDN_MISSES, *rates[COLD:])
