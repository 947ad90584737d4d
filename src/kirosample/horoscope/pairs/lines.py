"""The texts of two signs' days, and the parser of their files.

A text is whole: a headline and two sentences that go on from it. It may name the sign that the
Moon favors as `{lead}` and the other one as `{other}`, at the start of an English sentence as
`{Lead}` and `{Other}`.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from kirosample.horoscope.lines import LinesError
from kirosample.horoscope.lines.wording import (
    check_headline,
    check_line,
    sentences,
    typographic,
)
from kirosample.text import Text

THREADS: Final = ("outing", "living", "words", "hearts")
"""What a day is about, by the element of the Moon's sign: fire, earth, air, water."""

TONES: Final = ("bright", "even", "careful")
TEXTS: Final = 12
"""Of a thread and tone: more than the Moon has days in three signs, so none returns in a month."""

DEEDS: Final = 13
"""Of a thread: one more, so that for 156 turns, 15 months, a text returns with another deed."""

_SENTENCES: Final = 2


class PairText(NamedTuple):
    """A headline, and two sentences with `{lead}` and `{other}`."""

    headline: Text
    text: Text


class Thread(NamedTuple):
    """The texts of a thread by tone, and what two people may do together."""

    texts: Mapping[str, tuple[PairText, ...]]
    deeds: tuple[Text, ...]


@cache
def load() -> tuple[Thread, ...]:
    """The threads in the order of THREADS, parsed once. Raises LinesError."""
    folder = files("kirosample.horoscope.pairs")
    names = (f"{thread}.toml" for thread in THREADS)
    return tuple(parse(name, folder.joinpath(name).read_text(encoding="utf-8")) for name in names)


def parse(name: str, content: str) -> Thread:
    """Parse a thread's file. Raises LinesError."""
    try:
        document = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise LinesError(f"pairs/{name}: {error}") from None
    found: dict[str, list[PairText]] = {}
    for pool, size in (*dict.fromkeys(TONES, TEXTS).items(), ("deed", DEEDS)):
        entries = document.get(pool, [])
        if len(entries) != size:
            raise LinesError(f"pairs/{name}: {pool}: {len(entries)} texts, must be {size}")
        found[pool] = []
        for number, entry in enumerate(entries, start=1):
            try:
                found[pool].append(_parsed(entry, is_deed=pool == "deed"))
            except (KeyError, TypeError, ValueError) as error:
                raise LinesError(f"pairs/{name}: {pool}[{number}]: {error}") from None
    deeds = tuple(deed.text for deed in found.pop("deed"))
    return Thread({tone: tuple(texts) for tone, texts in found.items()}, deeds)


def _parsed(entry: Mapping[str, Any], *, is_deed: bool) -> PairText:
    text = Text(entry["ja"], typographic(entry["en"]))
    if is_deed:
        return PairText(text, text)
    headline = Text(entry["headline"]["ja"], typographic(entry["headline"]["en"]))
    check_headline(headline)
    check_line(text, None)
    for language, written in text._asdict().items():
        named(written, "A", "B")
        if len(sentences(written)) != _SENTENCES:
            raise ValueError(f"{language}: must have {_SENTENCES} sentences")
    return PairText(headline, text)


def named(text: str, lead: str, other: str) -> str:
    """A text with these names. Raises KeyError for an unknown `{name}`."""
    upper_lead, upper_other = (name[:1].upper() + name[1:] for name in (lead, other))
    return text.format(lead=lead, other=other, Lead=upper_lead, Other=upper_other)
