"""The words with which readings are composed, and the sentences of a text."""

import re
from typing import Final

from kirosample.text import Text

CAUTION: Final = Text("ただ、", "That said, ")
"""Stands before a caution in a good day's reading."""

COMFORT: Final = Text("それでも、", "Still, ")
"""Stands before what helps in a hard day's reading."""

_BETWEEN: Final = re.compile(r"(?<=。)|(?<=[.?]) |(?<=[.?][\"”]) (?=[A-Z\"“])")


def sentences(text: str) -> list[str]:
    """The sentences of a text in either language."""
    return [sentence for sentence in _BETWEEN.split(text) if sentence]


def uncapitalized(text: str) -> str:
    """An English sentence as it stands after a conjunction."""
    return text[0].lower() + text[1:]
