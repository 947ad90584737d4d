"""Lucky colors and items, from `things.toml`: by the body that rules a color, and by house."""

from functools import cache
from typing import Annotated

from msgspec import Meta, Struct

from kirosample import content
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


@cache
def load_things() -> Things:
    """The colors and items of the package, parsed once. Raises ContentError."""
    return content.read("horoscope/things.toml", Things)
