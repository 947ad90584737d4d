"""The fonts, and the code points of their vertical forms and ligatures.

Fonts offer these through OpenType features, which need a shaping library. `make fonts` gives each
form a code point of its own and writes the kerning to a file, so that none is needed.
"""

import re
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent

JAPANESE_FONT: Final = _FOLDER / "NotoSerifJP-Medium.subset.ttf"
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


def vertical(character: str) -> str:
    """The code point of this character's vertical form."""
    return chr(_VERTICAL_PLANE + ord(character)) if character in TURNED else character


def ligated(text: str) -> str:
    """The text with ligatures for ff, fi, fl, ffi and ffl."""
    return _LIGATED.sub(lambda found: _LIGATURES[found[0]], text)
