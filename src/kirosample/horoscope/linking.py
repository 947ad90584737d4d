"""The little word that joins a line of strain to a line that only stated something pleasant."""

from typing import Final

_STATES: Final = ("ます。", "です。", "でしょう。")
_CONDITIONS: Final = (
    "たら、",
    "時は、",
    "ときは、",
    "なら、",
    "ても、",
    "あとは、",
    "そうなので、",
)
_NEAR_ITS_START: Final = 20


def joined(text: str, *, before: str) -> str:
    """A line with 「ただ、」 where it sets a condition against what the line before states."""
    if before.endswith(_STATES) and any(word in text[:_NEAR_ITS_START] for word in _CONDITIONS):
        return "ただ、" + text
    return text
