"""The order of the quotes over the days."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from kirosample.quotes.quote import Author, Quote
from kirosample.quotes.vocabulary import STATUSES

_GOLDEN = 0.6180339887498949  # multiples of it, modulo 1, fill the unit interval most evenly


def rotation(quotes: Iterable[Quote]) -> tuple[Quote, ...]:
    """The quotes, verified before copied before cited, each author's spread evenly over the group.

    An author's k quotes are 1/k apart, each author shifted by another multiple of the golden ratio.
    If two of one author would still be neighbors, the next one by somebody else goes between. The
    order depends only on the order of the catalogue.
    """
    quotes = tuple(quotes)
    ordered: list[Quote] = []
    for status in STATUSES:
        spread = _spread([quote for quote in quotes if quote.status == status])
        while spread:
            last = ordered[-1].author if ordered else None
            at = next((i for i, quote in enumerate(spread) if quote.author != last), 0)
            ordered.append(spread.pop(at))
    return tuple(ordered)


def _spread(quotes: Sequence[Quote]) -> list[Quote]:
    totals = Counter(quote.author for quote in quotes)
    shift = {author: index * _GOLDEN % 1 for index, author in enumerate(totals)}
    before: defaultdict[Author, int] = defaultdict(int)
    placed: list[tuple[float, int, Quote]] = []
    for index, quote in enumerate(quotes):
        author = quote.author
        placed.append(((before[author] + shift[author]) / totals[author], index, quote))
        before[author] += 1
    return [quote for _, _, quote in sorted(placed, key=lambda item: item[:2])]
