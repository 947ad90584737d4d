"""The lucky color, item and number, from the same sky as the reading.

`things.toml` beside this module has the colors, by the body that rules them, and the items.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated

from msgspec import Meta, Struct

from kirosample import content
from kirosample.horoscope.signs import POSITION, SIGNS, house
from kirosample.horoscope.sky import sky
from kirosample.text import Text


class Color(Struct, frozen=True, forbid_unknown_fields=True):
    """A traditional color, its reading in kana, and its sRGB value as #rrggbb."""

    text: Text
    kana: content.Kana
    hex: Annotated[str, Meta(pattern="^#[0-9a-f]{6}$")]


Palette = Annotated[tuple[Color, ...], Meta(min_length=8)]


class Colors(Struct, frozen=True, forbid_unknown_fields=True):
    """Colors by the body that rules them: one of the rulers of the signs."""

    sun: Palette
    moon: Palette
    mercury: Palette
    venus: Palette
    mars: Palette
    jupiter: Palette
    saturn: Palette


class House(Struct, frozen=True, forbid_unknown_fields=True):
    """What is lucky while the Moon is in a house."""

    items: Annotated[tuple[Text, ...], Meta(min_length=12)]


class Things(Struct, frozen=True, forbid_unknown_fields=True):
    """The colors, and the twelve houses, the first one first."""

    colors: Colors
    houses: Annotated[tuple[House, ...], Meta(min_length=12, max_length=12)]


@dataclass(frozen=True, slots=True)
class Lucky:
    """A traditional color, a thing of daily life, and a number up to 99."""

    color: Text
    color_reading: str
    color_hex: str
    item: Text
    number: int


@cache
def load_things() -> Things:
    """The colors and items of the package, parsed once. Raises ContentError."""
    return content.read("horoscope/things.toml", Things)


def lucky(d: date, sign: str) -> Lucky:
    """One sign's lucky things.

    The item follows from the Moon's house, so the twelve signs' items differ; the color from the
    ruler of the sign of that number; the number from the Moon's longitude in tenths of a degree.
    The date rotates through equal candidates.
    """
    moon = sky(d)["moon"]
    number = house(moon.sign, sign)
    things = load_things()
    items = things.houses[number - 1].items
    colors: Palette = getattr(things.colors, SIGNS[number - 1].ruler)
    turn = d.toordinal()
    color = colors[(turn + POSITION[sign]) % len(colors)]
    return Lucky(
        color=color.text,
        color_reading=color.kana,
        color_hex=color.hex,
        item=items[turn % len(items)],
        number=(int(moon.longitude * 10) + 8 * number) % 99 + 1,
    )
