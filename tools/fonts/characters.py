"""The characters that share pictures may contain, for each of their fonts."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import astuple

from kirosample import almanac, horoscope, omikuji, quotes
from kirosample.horoscope import pairs
from kirosample.text import Text
from kirosample.web.drawing.faces import JAPANESE_FONT, TURNED
from kirosample.web.site import NAME
from tools import messages

_SOURCE = JAPANESE_FONT.parents[2]
_KANA = map(chr, (*range(0x3041, 0x3097), *range(0x30A1, 0x30FD)))
_LATIN = {chr(code) for code in range(0xA1, 0x180) if code != 0xAD}
"""Latin-1 and Latin Extended-A, for names to come."""

_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
_ALWAYS_JAPANESE = frozenset((*string.printable, *TURNED, *_KANA))
_ALWAYS_WESTERN = frozenset((*string.printable, *"ﬀﬁﬂﬃﬄ’–"))


def japanese() -> set[str]:
    """Quotes, readings, and the words of the calendar and of the pictures."""
    wanted = set(_ALWAYS_JAPANESE)
    for quote in quotes.load().quotes:
        wanted.update(quote.text.ja, quote.author.name.ja, quote.source.ja)
    for file in (
        *(_SOURCE / f"web/{name}.py" for name in ("i18n/japanese", "i18n/formats")),
        _SOURCE / "web/share/content.py",
    ):
        wanted.update(*_strings(file))
    vocabulary = messages.vocabulary()
    for kind in ("rokuyo", "solar term", "zassetsu", "holiday", "moon phase"):
        wanted.update(*vocabulary[kind])
    for text in _texts():
        wanted.update(text.ja)
    return set(filter(str.isprintable, wanted))


def western_texts() -> set[str]:
    """Quotes, names and words in English."""
    wanted = set(_ALWAYS_WESTERN)
    for quote in quotes.load().quotes:
        wanted.update(quote.text.en, quote.author.name.en, quote.source.en)
    for message in messages.translated():
        if message.context:
            wanted.update(str(message.string))
    for text in _texts():
        wanted.update(text.en)
    return {*filter(str.isprintable, wanted), _NO_BREAK_SPACE}


def western() -> set[str]:
    return western_texts() | _LATIN


def _texts() -> Iterator[Text]:
    """The site's name, and what the pictures of a day and of a lot say."""
    yield NAME
    for lot in omikuji.lots().values():
        quote = lot.waka
        yield from (lot.name, quote.text, quote.author.name, quote.source)
    yield from omikuji.FORTUNES.values()
    words = almanac.load_words()
    for word in (*words.senjitsu.values(), *words.observances.values(), *words.kou):
        yield from (word.name, word.reading)
    yield from (word.name for word in words.rekichu.values())
    yield from (purpose.name for purpose in almanac.load_words().purposes.values())
    for thread in pairs.load():
        yield from (told.headline for told in (*thread.careful, *thread.even, *thread.bright))
        yield from thread.deed
    for pool in horoscope.load_texts().pools():
        for text in pool:
            yield from (text.text, text.headline)
    yield from (direction.text for direction in words.eho.values())
    things = horoscope.load_things()
    yield from (color.text for colors in astuple(things.colors) for color in colors)
    yield from (item for house in things.houses for item in house.items)
    yield from (sign.name for sign in horoscope.SIGNS)


def _strings(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
