"""The texts of two signs' days, from the files beside this module.

A text is whole: a headline and two sentences that go on from it. It may name the sign that the Moon
favors as `{lead}` and the other one as `{other}`, at the start of an English sentence as `{Lead}`
and `{Other}`. A test checks the files.
"""

from functools import cache
from typing import Final

from msgspec import Struct

from kirosample import content
from kirosample.text import Text

THREADS: Final = ("outing", "living", "words", "hearts")
"""What a day is about, by the element of the Moon's sign: fire, earth, air, water."""

TONES: Final = ("careful", "careful", "even", "bright", "bright")
"""The tone by the number of stars, from one on."""

TEXTS: Final = 21
"""Texts of a thread and tone: as many as decans of its signs that the Moon passes in 64 days."""

DEEDS: Final = 22
"""Deeds of a thread: one more, so that a text has another deed for 462 turns, four years."""


class Told(Struct, frozen=True, forbid_unknown_fields=True):
    """A text and its headline."""

    headline: Text
    text: Text


class Thread(Struct, frozen=True, forbid_unknown_fields=True):
    """The texts of a thread by tone, and what two people may do together."""

    careful: tuple[Told, ...]
    even: tuple[Told, ...]
    bright: tuple[Told, ...]
    deed: tuple[Text, ...]


@cache
def load() -> tuple[Thread, ...]:
    """The threads in the order of THREADS, made once. Raises ContentError."""
    return tuple(content.read(f"horoscope/pairs/{name}.toml", Thread) for name in THREADS)


def named(text: str, lead: str, other: str) -> str:
    """A text with the names of the sign that leads and of the other one."""
    upper_lead, upper_other = (name[:1].upper() + name[1:] for name in (lead, other))
    return text.format(lead=lead, other=other, Lead=upper_lead, Other=upper_other)
