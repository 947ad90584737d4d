"""The content, read before a command begins its work.

`python -m kirosample.commands.content` writes it into one file, as a part of the product's build.
"""

from pathlib import Path

import kirosample
from ishizue.failure import Failure
from kirosample import almanac, content, horoscope, notice, omikuji, quotes


class InvalidContent(Failure):
    """A file of the content is invalid; the message names the entry and the field."""

    code = 2


def load_content() -> None:
    """Read quotes, lines, lots and tables; they are kept. Raises InvalidContent."""
    try:
        almanac.load()
        quotes.load()
        horoscope.load_texts()
        horoscope.load_pairs()
        horoscope.load_week_lines()
        horoscope.load_things()
        horoscope.load_ranks()
        horoscope.load_deals()
        omikuji.lots()
        notice.load()
        from kirosample import app  # the API, made when it is imported, lists ids of the content

        app.load_content(check_glyphs=not content.is_built())  # a checkout's texts may be new
        content.keep()
        content.built.cache_clear()  # a megabyte; what is read later opens it again
    except content.ContentError as error:
        raise InvalidContent(str(error)) from error


if __name__ == "__main__":
    content.build(Path(kirosample.__file__).parent)
    load_content()
