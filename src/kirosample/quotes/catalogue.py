"""The catalogue: the quote of a day, lookup by id, search, random quotes without repeats."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import takewhile
from types import MappingProxyType

from kirosample.quotes.plan import Plan, rotation
from kirosample.quotes.quote import TOPICS, Author, Quote
from kirosample.quotes.searching import haystack, terms
from kirosample.text import Text


class Catalogue:
    """Quotes, in the order in which they take turns; at least one of them has no season.

    Those at the end that have days of their own take no turns: whoever adds one moves no other.

    Raises SeasonError if the seasons do not fit into a year.
    """

    def __init__(self, quotes: Iterable[Quote]) -> None:
        quotes = tuple(quotes)
        self._pinned = {day: quote for quote in quotes for day in quote.on}
        last = [*takewhile(lambda quote: quote.on and not quote.season, reversed(quotes))]
        ordered = rotation(quotes[: len(quotes) - len(last)])
        self.quotes = (*ordered, *last)
        self._plan = Plan(ordered)
        self._positions = {quote.id: position for position, quote in enumerate(self.quotes)}
        self._authors = MappingProxyType(_authors(self.quotes))
        self._topics = MappingProxyType(_topics(self.quotes))

    @cached_property
    def _searched(self) -> list[tuple[Quote, str]]:
        """The quotes with all words by which they are found: the first search makes them."""
        return [(quote, haystack(quote)) for quote in self.quotes]

    def of_day(self, day: date) -> Quote:
        """The day's quote: one that has the day, or is in season, or else the next in turn."""
        return self._pinned.get(day) or self._plan.of_day(day)

    def get(self, quote_id: str) -> Quote:
        """The quote with this id. Raises KeyError when there is none."""
        return self.quotes[self._positions[quote_id]]

    def related(self, quote: Quote, most: int) -> tuple[Quote, ...]:
        """At most so many others: of its author, then of its topics, the next in turn first."""
        position = self._positions[quote.id]
        topics = set(quote.topics)
        near = [
            other
            for other in (*self.quotes[position + 1 :], *self.quotes[:position])
            if other.author == quote.author or topics & set(other.topics)
        ]
        return tuple(sorted(near, key=lambda other: other.author != quote.author)[:most])

    def random(
        self, seen: Sequence[str], pick: Callable[[Sequence[Quote]], Quote] = random.choice
    ) -> Quote:
        """A quote whose id is not among `seen` (ids, the most recent last).

        If all were seen, any but the most recent one. `pick` chooses from the candidates.
        """
        known = set(seen)
        unseen = [quote for quote in self.quotes if quote.id not in known]
        return pick(unseen or [q for q in self.quotes if q.id != seen[-1]] or self.quotes)

    def search(
        self,
        q: str | None = None,
        author: str | None = None,
        topic: str | None = None,
    ) -> tuple[Quote, ...]:
        """The quotes that match every given condition, in the order of the rotation.

        Each word of `q` is in the quote's words, author or source, in Japanese or English, in
        kanji or kana. `author` and `topic` are whole Japanese names.
        """
        if q is author is topic is None:
            return self.quotes
        matching = self._searched
        for word in terms(q or ""):
            matching = [(quote, text) for quote, text in matching if word in text]
        return tuple(
            quote
            for quote, _ in matching
            if (author is None or quote.author.name.ja == author)
            and (topic is None or topic in quote.topics)
        )

    def authors(self) -> Mapping[Author, int]:
        """The number of quotes of each author, by year of birth, those without dates first."""
        return self._authors

    def topics(self) -> Mapping[str, int]:
        """The number of quotes of each topic in use, in the order of the vocabulary."""
        return self._topics


def _authors(quotes: Sequence[Quote]) -> dict[Author, int]:
    def order(author: Author) -> tuple[int, Text]:
        return author.born or author.died or -10_000, author.name

    counts = Counter(quote.author for quote in quotes)
    return {author: counts[author] for author in sorted(counts, key=order)}


def _topics(quotes: Sequence[Quote]) -> dict[str, int]:
    counts = Counter(topic for quote in quotes for topic in quote.topics)
    return {topic: counts[topic] for topic in TOPICS if topic in counts}
