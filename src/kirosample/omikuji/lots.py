"""The lots, from `lots.toml`: each with its fortune, its waka, and three lines of advice."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from kirosample.quotes import Author, Quote, ruby
from kirosample.quotes.quote import COPIED
from kirosample.text import Text

FORTUNES: Final[Mapping[str, Text]] = {
    "大吉": Text("大吉", "Great Fortune"),
    "吉": Text("吉", "Good Fortune"),
    "半吉": Text("半吉", "Half Fortune"),
    "小吉": Text("小吉", "Small Fortune"),
    "末小吉": Text("末小吉", "Small Fortune, Later"),
    "末吉": Text("末吉", "Fortune, Later"),
    "凶": Text("凶", "Misfortune"),
}
"""From the best to the worst, in the order of 浅草寺."""

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
    fortune: str
    waka: Quote
    meaning: str
    advice: Mapping[str, Text]

    @property
    def name(self) -> Text:
        """第五十七番, or No. 57."""
        return Text(f"第{_NUMERALS[self.number]}番", f"No. {self.number}")


@cache
def lots() -> Mapping[str, Lot]:
    """The lots of the package by number, as it is in an address: "1" to "100"."""
    text = files("kirosample.omikuji").joinpath("lots.toml").read_text(encoding="utf-8")
    waka = tomllib.loads(text)["waka"]
    found = [_lot(each, _waka(each), lot) for each in waka for lot in each["lots"]]
    return {str(lot.number): lot for lot in sorted(found, key=lambda lot: lot.number)}


def _waka(entry: Mapping[str, Any]) -> Quote:
    """The poem, with what any quote has."""
    marked, author, source = entry["text"], entry["author"], entry["source"]
    return Quote(
        id=entry["source"]["en"],
        text=Text(ruby.plain(marked), entry["english"]),
        author=Author(Text(author["ja"], author["en"]), author.get("reading")),
        source=Text(source["ja"], source["en"]),
        original=None,
        language=None,
        topics=(),
        status=COPIED,
        seen=None,
        ruby=marked,
    )


def _lot(entry: Mapping[str, Any], waka: Quote, lot: Mapping[str, Any]) -> Lot:
    advice = {subject: Text(lot[subject]["ja"], lot[subject]["en"]) for subject in ADVICE}
    return Lot(lot["number"], lot["fortune"], waka, entry["meaning"], advice)
