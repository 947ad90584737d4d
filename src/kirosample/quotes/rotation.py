"""The order in which days go through the quotes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from kirosample.quotes.quote import Quote
from kirosample.quotes.vocabulary import STATUSES

_GOLDEN = 0.6180339887498949  # multiples of it, modulo 1, fill the unit interval most evenly


def rotation(quotes: Iterable[Quote]) -> tuple[Quote, ...]:
    """The quotes, verified before cited, each author's spread evenly over his or her group.

    An author's k quotes stand 1/k apart, each author shifted by another multiple of the golden
    ratio; where two of one author would still be neighbours, the next one of somebody else comes
    between, if one is left. The order depends on nothing but the order of the catalogue.
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
    met: defaultdict[str, int] = defaultdict(int)
    placed: list[tuple[float, int, Quote]] = []
    for index, quote in enumerate(quotes):
        author = quote.author
        placed.append(((met[author] + shift[author]) / totals[author], index, quote))
        met[author] += 1
    return [quote for _, _, quote in sorted(placed, key=lambda item: item[:2])]
