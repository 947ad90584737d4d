"""How long a shared cache may store a page. Why: docs/decisions/0026-shared-caches.md."""

import math
from typing import NamedTuple

_MARGIN_SECONDS = 3
"""A response is assembled up to a second before it is sent, a cache may count whole seconds, and
between the two it travels: so the page is stale this much sooner."""


class Lifetime(NamedTuple):
    """A page is right until a time in POSIX seconds; a cache may store it for `most` seconds."""

    until: float
    most: float = math.inf

    def cache_control(self, now: float) -> str:
        """The header. Clients revalidate each time; a shared cache serves the page meanwhile.

        `stale-if-error=0` is for CloudFront, which else serves what is stale while the origin is
        unreachable.
        """
        seconds = max(0, min(self.until - _MARGIN_SECONDS - now, self.most))
        return f"max-age=0, must-revalidate, s-maxage={int(seconds)}, stale-if-error=0"

    @property
    def last_stored(self) -> float:
        """Until when a shared cache may store the page. Later, its response is never a 304.

        On a 304 with `s-maxage=0`, nginx renews its old copy for as long as that one said.
        """
        return self.until - _MARGIN_SECONDS - 1


UNTIL_RELEASE = Lifetime(float("inf"), 60)
"""The lifetime of what only a release changes: shared caches have a new version a minute later."""
