"""The content, parsed before a command begins its work."""

from ishizue.failure import Failure
from kirosample import horoscope, quotes
from kirosample.horoscope import pairs


class ContentError(Failure):
    """A file of the content is invalid; the message names the entry and the field."""

    code = 2


def load_content() -> None:
    """Parse quotes and lines, and read the tables; they are kept. Raises ContentError."""
    try:
        quotes.load()
        horoscope.load()
        pairs.load()
        horoscope.load_ranks()
        horoscope.load_deals()
    except (quotes.CatalogueError, horoscope.LinesError, horoscope.TableError) as error:
        raise ContentError(str(error)) from error
