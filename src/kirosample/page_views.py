"""Which responses count as a page that somebody reads."""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from kirosample.horoscope import SIGNS_BY_ID
from kirosample.web.i18n.languages import ENGLISH, PREFIXES

_KNOWN_ADDRESSES: Final = 512
_KNOWN_AGENTS: Final = 4096

_PROGRAMS: Final = (
    b"bot", b"crawl", b"spider", b"slurp", b"archiv", b"preview", b"monitor", b"headless",
    b"scan", b"fetch", b"curl", b"wget", b"python", b"java/", b"go-http",
)  # fmt: skip
"""What programs other than a reader's browser call themselves."""


def is_crawler(agent: bytes) -> bool:
    """Whether this is not the `User-Agent` of a reader's browser."""
    lowered = agent.lower()
    return not lowered.strip() or any(name in lowered for name in _PROGRAMS)


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
        self._crawlers: dict[int, bool] = {}

    def served(self, target: bytes, status: int, agent: bytes) -> None:
        """Count a GET, if it is a page; a 304 is one that the browser still has."""
        if status not in (200, 304):
            return
        key = hash(agent)  # all that is kept of it
        crawls = self._crawlers.get(key)
        if crawls is None:
            if len(self._crawlers) >= _KNOWN_AGENTS:
                self._crawlers.clear()
            crawls = self._crawlers[key] = is_crawler(agent)
        if not crawls and (page := self._page(target)):
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
