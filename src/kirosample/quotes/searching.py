"""What a search compares: words without regard to width, case, accents and kind of kana."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from kirosample import content
from kirosample.quotes import ruby
from kirosample.quotes.quote import Quote

_TITLES: Final = "quotes/titles.toml"
_KATAKANA: Final = re.compile("[ァ-ヶ]+")
_TO_HIRAGANA: Final = {katakana: katakana - 0x60 for katakana in range(0x30A1, 0x30F7)}
_ACCENTS: Final = re.compile("[\u0300-\u036f]+")
_TITLE: Final = re.compile("[『「]([^『』「」（〔]+)")


def folded(text: str) -> str:
    """The text without what search ignores: width, case, accents, and hiragana or katakana."""
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).replace("’", "'")
    composed = unicodedata.normalize("NFC", plain).casefold()
    return _KATAKANA.sub(lambda run: run[0].translate(_TO_HIRAGANA), composed)


def terms(q: str) -> list[str]:
    """The words to find, all of them in any order."""
    return folded(q).split()


def haystack(quote: Quote) -> str:
    """All words by which a quote is found, folded."""
    author = quote.author
    source = quote.source
    readings = (author.reading or "", ruby.kana(quote.ruby or ""), *_read_titles(source.ja))
    japanese = (quote.text.ja, author.name.ja, source.ja, *readings)
    others = (quote.text.en, quote.original or "", author.name.en, source.en)
    # Lines of verse are one text, so that words on both sides of their end are found.
    return folded("\n".join((*japanese, *others)).replace("　", ""))


@cache
def titles() -> Mapping[str, str]:
    """The readings of titles in the package's table. Raises ContentError."""
    return dict(content.entries(_TITLES, content.read(_TITLES, dict[str, Any]), content.Kana))


def _read_titles(source: str) -> list[str]:
    return [titles()[title] for title in _TITLE.findall(source) if title in titles()]
