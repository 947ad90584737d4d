"""Which responses count as a page that somebody reads."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from kirosample.horoscope import SIGNS_BY_ID
from kirosample.web.i18n.languages import ENGLISH, PREFIXES

_KNOWN_ADDRESSES: Final = 512

_CRAWLER: Final = re.compile(
    rb"bot|crawl|spider|slurp|archiv|preview|monitor|headless|scan|fetch|curl|wget|python|java/|"
    rb"go-http|^\s*$",
    re.IGNORECASE,
)
"""What a program other than a reader's browser calls itself."""


def is_crawler(agent: bytes) -> bool:
    """Whether this is not the `User-Agent` of a reader's browser."""
    return _CRAWLER.search(agent) is not None


class PageViews:
    """Counts the page of each response that counts in `counts`.

    A page is the path of its route, in Japanese, or that of a sign. `route_of` gives the route of a
    path, `pages` are the routes that count.
    """

    def __init__(
        self, pages: Iterable[str], route_of: Callable[[str], str], counts: Counter[str]
    ) -> None:
        self._pages = frozenset(pages)
        self._route_of = route_of
        self._counts = counts
        self._page = lru_cache(_KNOWN_ADDRESSES)(self._page_of)
        self._is_crawler = lru_cache(_KNOWN_ADDRESSES)(is_crawler)

    def served(self, target: bytes, status: int, agent: bytes) -> None:
        """Count a GET, if it is a page; a 304 is one that the browser still has."""
        if status in (200, 304) and not self._is_crawler(agent) and (page := self._page(target)):
            self._counts[page] += 1

    def _page_of(self, target: bytes) -> str:
        """The page to count, or empty if it does not count.

        A browser saves tomorrow's page, which nobody may read.
        """
        given, _, query = target.partition(b"?")
        path = given.decode("latin-1")
        if path.startswith(f"{PREFIXES[ENGLISH]}/"):
            path = path.removeprefix(PREFIXES[ENGLISH])
        route = self._route_of(path)
        if route not in self._pages or b"today=" in query:
            return ""
        is_sign = "{sign}" in route and path.rpartition("/")[2] in SIGNS_BY_ID
        return path if is_sign else route
