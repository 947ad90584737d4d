"""A made-up quote."""

from kirosample.quotes import Author, Quote, Season
from kirosample.quotes.quote import Status
from kirosample.text import Text


def quote(
    number: int, author: str | None = None, status: Status = "cited", season: Season | None = None
) -> Quote:
    """By an author of its own, unless one is named."""
    return Quote(
        id=f"quote-{number}",
        text=Text(f"文{number}", f"text {number}"),
        author=Author(Text(author or f"人{number}", "Somebody")),
        source=Text("『草枕』", "Kusamakura"),
        original=None,
        language=None,
        topics=("人生",),
        status=status,
        seen=None,
        season=season,
    )
