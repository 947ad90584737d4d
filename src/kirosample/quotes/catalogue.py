"""The catalogue: what a day shows, one quote by its id, search, random without repeats."""

import random
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from kirosample.quotes.quote import Quote
from kirosample.quotes.rotation import rotation
from kirosample.quotes.vocabulary import TOPICS

EPOCH = date(2026, 11, 24)
"""The day that shows the first quote of the rotation; every day after it shows the next one."""


def folded(text: str) -> str:
    """The text as search compares it: full and half width alike, large and small alike."""
    return unicodedata.normalize("NFKC", text).casefold()


def _searched_text(quote: Quote) -> str:
    return folded("\n".join((quote.text, quote.original or "", quote.author, quote.source)))


class Catalogue:
    """Quotes in the order of their rotation; at least one."""

    def __init__(self, quotes: Iterable[Quote]) -> None:
        self.quotes = rotation(quotes)
        self._by_id = {quote.id: quote for quote in self.quotes}
        self._searched = [(quote, _searched_text(quote)) for quote in self.quotes]
        self._authors = MappingProxyType(_authors(self.quotes))
        self._topics = MappingProxyType(_topics(self.quotes))

    def of_day(self, day: date) -> Quote:
        """The day's quote: no repeat until all were shown, whatever month or year ends between."""
        return self.quotes[(day - EPOCH).days % len(self.quotes)]

    def get(self, quote_id: str) -> Quote:
        """The quote with this id. Raises KeyError when there is none."""
        return self._by_id[quote_id]

    def random(
        self, seen: Sequence[str], pick: Callable[[Sequence[Quote]], Quote] = random.choice
    ) -> Quote:
        """A quote whose id is not among `seen` (ids, the most recent last).

        Once all were seen, any but the most recent one. `pick` chooses from those that remain.
        """
        known = set(seen)
        unseen = [quote for quote in self.quotes if quote.id not in known]
        return pick(unseen or [q for q in self.quotes if q.id != seen[-1]] or self.quotes)

    def search(
        self,
        q: str | None = None,
        author: str | None = None,
        topic: str | None = None,
        also_by: Collection[str] = (),
    ) -> tuple[Quote, ...]:
        """The quotes that meet every condition given, in the order of the rotation.

        `q` is looked for in text, original, author and source, whatever its width and case; what is
        `also_by` these authors has it too. `author` and `topic` are exact.
        """
        needle = folded(q).strip() if q else ""
        return tuple(
            quote
            for quote, haystack in self._searched
            if (needle in haystack or quote.author in also_by)
            and (author is None or quote.author == author)
            and (topic is None or topic in quote.topics)
        )

    def authors(self) -> Mapping[str, int]:
        """How many quotes each author has, the oldest author first, those without dates before."""
        return self._authors

    def topics(self) -> Mapping[str, int]:
        """How many quotes each topic in use has, in the order of the vocabulary."""
        return self._topics


def _authors(quotes: Sequence[Quote]) -> dict[str, int]:
    years = {quote.author: (quote.born or quote.died or -10_000) for quote in quotes}
    counts = Counter(quote.author for quote in quotes)
    return {name: counts[name] for name in sorted(years, key=lambda name: (years[name], name))}


def _topics(quotes: Sequence[Quote]) -> dict[str, int]:
    counts = Counter(topic for quote in quotes for topic in quote.topics)
    return {topic: counts[topic] for topic in TOPICS if topic in counts}
