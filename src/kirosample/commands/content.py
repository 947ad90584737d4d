"""The content, parsed before a command begins its work."""

from ishizue.failure import Failure
from kirosample import horoscope, notice, omikuji, quotes
from kirosample.horoscope.pairs import lines


class ContentError(Failure):
    """A file of the content is invalid; the message names the entry and the field."""

    code = 2


def load_content() -> None:
    """Parse quotes, lines and lots, and read the tables; they are kept. Raises ContentError."""
    try:
        quotes.load()
        horoscope.load()
        lines.load()
        horoscope.load_week_lines()
        horoscope.load_ranks()
        horoscope.load_deals()
        omikuji.lots()
        notice.load()
    except (
        quotes.CatalogueError,
        horoscope.LinesError,
        horoscope.TableError,
        notice.NoticeError,
    ) as error:
        raise ContentError(str(error)) from error
