"""The font of the pictures, and the forms that characters take in vertical lines.

A font keeps those forms as a feature, which only a shaping library applies. In ours each stands
also at a code point of its own, so that none is needed.
"""

from pathlib import Path
from typing import Final

FONT: Final = Path(__file__).parent / "NotoSerifJP-Medium.subset.ttf"

TURNED: Final = frozenset(
    "、。，．：；？！「」『』（）【】〈〉《》〔〕［］｛｝ー〜～…‥–—＝－’"
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)
"""Characters that may have another form in a vertical line."""

_VERTICAL_PLANE: Final = 0xF0000
"""Unicode's plane of code points for private use, as wide as the plane of the characters."""


def vertical(character: str) -> str:
    """The character whose glyph is this one's form in a vertical line."""
    return chr(_VERTICAL_PLANE + ord(character)) if character in TURNED else character
