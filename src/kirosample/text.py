"""Words for readers, in both languages."""

import re
from typing import NamedTuple


class Text(NamedTuple):
    """The same in Japanese and in English."""

    ja: str
    en: str


def typographic(english: str) -> str:
    """An English text with the quotation marks and apostrophes of print."""
    return re.sub(r'"([^"]*)"', r"“\1”", english).replace("'", "’")
