"""Write docs/content/quotes-in-numbers.md from the catalogue.

Run from the repository's folder: python -m tools.quotes
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from kirosample.almanac import FIRST_DAY, LAST_DAY
from kirosample.quotes import Catalogue, Quote, load
from kirosample.quotes.vocabulary import STATUSES, VERIFIED

PAGE = Path(__file__).parents[1] / "docs" / "content" / "quotes-in-numbers.md"
_SOME_YEAR = 2027
_MANY = 5


def page(catalogue: Catalogue) -> str:
    quotes = catalogue.quotes
    shown = [(day, catalogue.of_day(day)) for day in _days(FIRST_DAY, LAST_DAY)]
    seasonal = [
        (day, quote)
        for day in _days(date(_SOME_YEAR, 1, 1), date(_SOME_YEAR, 12, 31))
        if (quote := catalogue.of_day(day)).season
    ]
    read = Counter(
        _kind(quote.seen.ja) for quote in quotes if quote.seen and quote.status == VERIFIED
    )
    again, longest = _gaps(shown, lambda quote: quote.id)
    author, _ = _gaps(shown, lambda quote: quote.author.name.ja)
    return "\n".join(
        (
            "# Quotes in numbers",
            "",
            "Written by `python -m tools.quotes`; [quotes.md](quotes.md) explains the statuses.",
            "",
            "| status | Japanese | others | all | with a season |",
            "|---|--:|--:|--:|--:|",
            *(_row(status, [q for q in quotes if q.status == status]) for status in STATUSES),
            _row("all", quotes),
            "",
            "Where verified quotes were read, where they are five or more: "
            + ", ".join(f"{name} {n}" for name, n in read.most_common() if n >= _MANY)
            + ".",
            "",
            f"From {FIRST_DAY.year} to {LAST_DAY.year} a quote returns after {again} to {longest} "
            f"days, an author after {author} or more.",
            "",
            "## Quotes in season and their days",
            "",
            "| day | quote | words | season |",
            "|---|---|---|---|",
            *(
                f"| {day:%m-%d} | {quote.id} | {quote.text.ja} "
                f"| {quote.season.first} to {quote.season.last} |"
                for day, quote in seasonal
                if quote.season
            ),
            "",
        )
    )


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _gaps(shown: list[tuple[date, Quote]], what: Callable[[Quote], str]) -> tuple[int, int]:
    """The fewest and the most days between two showings of the same."""
    latest: dict[str, date] = {}
    gaps: list[int] = []
    for day, quote in shown:
        if before := latest.get(what(quote)):
            gaps.append((day - before).days)
        latest[what(quote)] = day
    return min(gaps), max(gaps)


def _row(name: str, quotes: Sequence[Quote]) -> str:
    others = sum(quote.original is not None for quote in quotes)
    seasons = sum(quote.season is not None for quote in quotes)
    return f"| {name} | {len(quotes) - others} | {others} | {len(quotes)} | {seasons} |"


def _kind(seen: str) -> str:
    """The library, at the beginning of what was read: 青空文庫, Standard Ebooks, ..."""
    return re.split("版| [^E]|[（「『]", seen)[0]


if __name__ == "__main__":
    PAGE.write_text(page(load()), encoding="utf-8")
