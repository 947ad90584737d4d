"""The content, read before a command begins its work.

`python -m kirosample.commands.content` writes it into one file, as a part of the product's build.
"""

from pathlib import Path

import kirosample
from ishizue.failure import Failure
from kirosample import content, horoscope, notice, omikuji, quotes
from kirosample.horoscope.pairs import lines


class InvalidContent(Failure):
    """A file of the content is invalid; the message names the entry and the field."""

    code = 2


def load_content() -> None:
    """Read quotes, lines, lots and tables; they are kept. Raises InvalidContent."""
    try:
        quotes.load()
        horoscope.load()
        lines.load()
        horoscope.load_week_lines()
        horoscope.load_ranks()
        horoscope.load_deals()
        omikuji.lots()
        notice.load()
        if not content.built():  # a checkout, whose texts may be new
            _check_glyphs()
        content.built.cache_clear()  # a megabyte; what is read later opens it again
    except (content.ContentError, horoscope.TableError, notice.NoticeError) as error:
        raise InvalidContent(str(error)) from error


def _check_glyphs() -> None:
    """The share pictures' font has every character. Raises ContentError, naming file and entry."""
    from kirosample.web.drawing import faces  # Pillow, which a product need not load here

    texts = [
        (f"{file}: {entry}", text)
        for quote in quotes.load().quotes
        for file, entry, text in (
            ("quotes/catalogue.toml", quote.id, quote.text.ja + quote.source.ja),
            ("quotes/authors.toml", quote.author.name.ja, quote.author.name.ja),
        )
    ]
    waka = (lot.waka for lot in omikuji.lots().values())
    texts += [("omikuji/lots.toml", one.text.ja + one.author.name.ja) for one in waka]
    lacking = faces.lacking({letter for _, text in texts for letter in text})
    for where, text in texts:
        if found := sorted(lacking & set(text)):
            named = "".join(found)
            raise content.ContentError(
                f"{where}: the pictures' font has no {named}: run `make fonts`, which adds it"
            )


if __name__ == "__main__":
    content.build(Path(kirosample.__file__).parent)
    load_content()
