"""The two typefaces: Japanese, and Western with kerning and ligatures.

Without a shaping library, which not every machine has, Pillow kerns by a 64th of the right amount
and rounds each letter to a whole pixel. So Western letters are placed here one by one.

Fonts offer vertical forms and ligatures through OpenType features, which need such a library too.
`make fonts` gives each form a code point of its own and writes the kerning to a file.
"""

import json
import re
from functools import cache, lru_cache
from math import ceil
from pathlib import Path
from typing import Final, Protocol

from PIL import Image, ImageDraw, ImageFont

from kirosample.web.drawing import glyphs

_FOLDER: Final = Path(__file__).parent

JAPANESE_FONT: Final = glyphs.JAPANESE_FONT
WESTERN_FONT: Final = _FOLDER / "EBGaramond-Medium.subset.ttf"
KERNING: Final = _FOLDER / "EBGaramond-Medium.kerning.json"
"""Kerning of the Western font, which has Latin, Greek and Cyrillic letters."""

TURNED: Final = frozenset(
    "、。，．：；？！「」『』（）【】〈〉《》〔〕［］｛｝ー〜～…‥–—＝－’"
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)
"""Characters with a vertical form."""

_VERTICAL_PLANE: Final = 0xF0000
"""Unicode's first plane for private use, as large as the plane of the characters."""

_LIGATURES: Final = {"ffi": "ﬃ", "ffl": "ﬄ", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ"}
_LIGATED: Final = re.compile("|".join(_LIGATURES))

_FINER: Final = 2  # Western letters are drawn this many times larger, for subpixel positions
_UNITS: Final = 1000  # per em, for kerning


class Face(Protocol):
    """A font and how it sets a line."""

    def length(self, text: str, size: int) -> float:
        """The width of a line in pixels."""

    def line(self, text: str, size: int) -> Image.Image:
        """The mask of a line, `size // 2` from the left, its baseline at `baseline(size)`."""


class _Japanese:
    def length(self, text: str, size: int) -> float:
        return float(font(JAPANESE_FONT, size).getlength(text))

    def line(self, text: str, size: int) -> Image.Image:
        mask = Image.new("L", (ceil(self.length(text, size)) + size, 2 * size))
        at = (size // 2, baseline(size))
        ImageDraw.Draw(mask).text(at, text, fill=255, font=font(JAPANESE_FONT, size), anchor="ls")
        return mask


class _Western:
    def length(self, text: str, size: int) -> float:
        text = ligated(text)
        units = sum(map(_advance, text)) + sum(map(_kerned, text, text[1:]))
        return units * size / _UNITS

    def line(self, text: str, size: int) -> Image.Image:
        wide = ceil(self.length(text, size)) + size
        fine = size * _FINER
        mask = Image.new("L", (wide * _FINER, 2 * fine))
        pen = ImageDraw.Draw(mask)
        x, y = float(size // 2 * _FINER), baseline(size) * _FINER
        text = ligated(text)
        for character, following in zip(text, [*text[1:], ""], strict=True):
            place = (round(x), y)
            pen.text(place, character, fill=255, font=font(WESTERN_FONT, fine), anchor="ls")
            x += (_advance(character) + _kerned(character, following)) * fine / _UNITS
        return mask.reduce(_FINER)


JAPANESE: Final[Face] = _Japanese()
WESTERN: Final[Face] = _Western()


def baseline(size: int) -> int:
    """The baseline's distance from the upper edge of a line's mask, in pixels."""
    return round(size * 1.4)


def vertical(character: str) -> str:
    """The code point of this character's vertical form."""
    return chr(_VERTICAL_PLANE + ord(character)) if character in TURNED else character


def ligated(text: str) -> str:
    """The text with ligatures for ff, fi, fl, ffi and ffl."""
    return _LIGATED.sub(lambda match: _LIGATURES[match[0]], text)


@lru_cache(maxsize=10)  # the fonts and sizes of one picture
def font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    """A font in a size, with one glyph for each character."""
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@cache
def _advance(character: str) -> float:
    return float(font(WESTERN_FONT, _UNITS).getlength(character))


def _kerned(character: str, following: str) -> int:
    pairs: dict[str, int] = _kerning().get(character, {})
    return pairs.get(following, 0)


@cache
def _kerning() -> dict[str, dict[str, int]]:
    """The kerning of each pair of characters, in units."""
    pairs: dict[str, dict[str, int]] = json.loads(KERNING.read_bytes())
    return pairs
