"""The lots, from `lots.toml`: each with its fortune, its waka, and three lines of advice."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from kirosample import content
from kirosample.quotes import Author, Quote, ruby
from kirosample.text import Text

Fortune = Literal["大吉", "吉", "半吉", "小吉", "末小吉", "末吉", "凶"]
FORTUNES: Final[Mapping[Fortune, Text]] = {
    "大吉": Text("大吉", "Great Fortune"),
    "吉": Text("吉", "Good Fortune"),
    "半吉": Text("半吉", "Half Fortune"),
    "小吉": Text("小吉", "Small Fortune"),
    "末小吉": Text("末小吉", "Small Fortune, Later"),
    "末吉": Text("末吉", "Fortune, Later"),
    "凶": Text("凶", "Misfortune"),
}
"""The fortunes from the best to the worst, in the order of 浅草寺."""

ADVICE: Final[Mapping[str, Text]] = {
    "wish": Text("願いごと", "Wish"),
    "work": Text("仕事", "Work"),
    "love": Text("恋", "Love"),
}
"""What a lot gives advice on."""

_DIGITS: Final = ("", *"一二三四五六七八九")
_TENS: Final = ("", "十", *(f"{digit}十" for digit in _DIGITS[2:]))
_NUMERALS: Final = (*(tens + ones for tens in _TENS for ones in _DIGITS), "百")


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot. `fortune` is one of FORTUNES, `advice` has a line on each of ADVICE.

    `meaning` says in Japanese of today what the waka says; its translation is in the waka's text.
    """

    number: int
    fortune: Fortune
    waka: Quote
    meaning: str
    advice: Mapping[str, Text]

    @property
    def name(self) -> Text:
        """第五十七番, or No. 57."""
        return Text(f"第{_NUMERALS[self.number]}番", f"No. {self.number}")


class _Named(Struct, frozen=True, forbid_unknown_fields=True):
    text: Text
    reading: content.Kana | None = None


class _Lot(Struct, frozen=True, forbid_unknown_fields=True):
    number: Annotated[int, Meta(ge=1, le=100)]
    fortune: Fortune
    wish: Text
    work: Text
    love: Text


class _Waka(Struct, frozen=True, forbid_unknown_fields=True):
    text: str
    english: str
    meaning: str
    author: Text | _Named
    source: Text
    lots: tuple[_Lot, ...]

    @property
    def quote(self) -> Quote:
        """The poem, with what any quote has."""
        named = self.author if isinstance(self.author, _Named) else _Named(self.author)
        return Quote(
            id=self.source.en,
            text=Text(ruby.plain(self.text), self.english),
            author=Author(named.text, named.reading),
            source=self.source,
            original=None,
            language=None,
            topics=(),
            status="copied",
            seen=None,
            ruby=self.text,
        )


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    waka: tuple[_Waka, ...]


@cache
def lots() -> Mapping[str, Lot]:
    """The lots of the package by number, as it is in an address: "1" to "100"."""
    every_lot: list[Lot] = []
    for waka in content.read("omikuji/lots.toml", _File).waka:
        quote = waka.quote
        for lot in waka.lots:
            advice = {subject: getattr(lot, subject) for subject in ADVICE}
            every_lot.append(Lot(lot.number, lot.fortune, quote, waka.meaning, advice))
    return {str(lot.number): lot for lot in sorted(every_lot, key=lambda lot: lot.number)}
