"""The fonts of the pictures, and the forms that characters take in them.

A font keeps those forms as features, which only a shaping library applies. In ours each stands also
at a code point of its own, and kerning in a file beside it, so that none is needed.
"""

import re
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent

JAPANESE_FONT: Final = _FOLDER / "NotoSerifJP-Medium.subset.ttf"
WESTERN_FONT: Final = _FOLDER / "EBGaramond-Medium.subset.ttf"
KERNING: Final = _FOLDER / "EBGaramond-Medium.kerning.json"
"""For Latin, Greek and Cyrillic letters: the font, and how pairs of them stand nearer."""

TURNED: Final = frozenset(
    "、。，．：；？！「」『』（）【】〈〉《》〔〕［］｛｝ー〜～…‥–—＝－’"
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)
"""Characters that may have another form in a vertical line."""

_VERTICAL_PLANE: Final = 0xF0000
"""Unicode's plane of code points for private use, as wide as the plane of the characters."""

_LIGATURES: Final = {"ffi": "ﬃ", "ffl": "ﬄ", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ"}
_LIGATED: Final = re.compile("|".join(_LIGATURES))


def vertical(character: str) -> str:
    """The character whose glyph is this one's form in a vertical line."""
    return chr(_VERTICAL_PLANE + ord(character)) if character in TURNED else character


def ligated(text: str) -> str:
    """The text with the letters that would touch an f made one with it."""
    return _LIGATED.sub(lambda found: _LIGATURES[found[0]], text)
