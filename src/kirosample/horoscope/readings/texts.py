"""The texts of readings, from the TOML files beside this module.

A text is whole: a headline and about three sentences. A file of a subject has those of its five
tones. The files of special days have those of each kind of day, by level; they may name the day's
own facts in braces: FIELDS.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Final, Literal, NamedTuple, get_args

from msgspec import Meta, Struct, defstruct

from kirosample import content
from kirosample.content import ContentError
from kirosample.horoscope.signs import SIGNS
from kirosample.text import Text

Tone = Literal["bright", "good", "even", "careful", "low"]
TONES: Final[tuple[Tone, ...]] = get_args(Tone)

Level = Literal["bright", "middle", "low"]
"""The tones of special days, where three are one."""
LEVELS: Final[tuple[Level, ...]] = get_args(Level)

Prop = Literal[
    "tea", "coffee", "bed", "paper", "minutes", "bath", "walk", "window", "phone", "bag", "coat",
    "shoes", "umbrella", "keys", "mirror", "book", "music", "photo", "bread", "sweets", "soup",
    "cat", "dog", "train", "stairs", "lamp", "plant", "cup", "chair", "letter", "coin",
]  # fmt: skip
"""Things that a text is about, if a reader would say "that again"."""

SIZES: Final[Mapping[str, Sequence[int]]] = {
    "self": (11, 7, 11, 4, 10),
    "money": (11, 8, 13, 5, 10),
    "words": (11, 6, 12, 5, 13),
    "home": (10, 8, 15, 5, 13),
    "joy": (14, 8, 13, 4, 10),
    "work": (9, 6, 13, 5, 14),
    "partner": (12, 8, 12, 4, 10),
    "depth": (7, 5, 14, 5, 14),
    "journey": (10, 5, 14, 5, 12),
    "calling": (12, 6, 11, 4, 12),
    "friends": (15, 8, 13, 3, 9),
    "rest": (10, 5, 11, 4, 15),
}
"""The fewest texts of each subject by tone: as many days as a sign has of them in 180.

A subject is what a day is about: the house that the Moon is in, the first house first.
"""
SUBJECTS: Final = tuple(SIZES)

KINDS: Final = (
    "new-year", "new-year-days", "setsubun", "valentine", "hinamatsuri", "spring-equinox",
    "april-fools", "childrens-day", "tanabata", "summer-solstice", "obon", "mid-autumn",
    "autumn-equinox", "halloween", "winter-solstice", "christmas-eve", "christmas", "new-years-eve",
    *(f"full-moon-{sign.id}" for sign in SIGNS),
    "spring", "summer", "autumn", "winter", "tensha", "new-moon",
)  # fmt: skip
"""The kinds of special days. Of those that fall together the first one counts."""

OFTEN: Final = ("tensha", "new-moon")
"""The kinds that come many times a year."""

_SIZE, _SIZE_OF_OFTEN = 2, 4
"""The fewest texts of each level."""

FIELDS: Final = ("sunrise", "sunset", "moonrise", "full_moon", "direction")
"""What a text of a special day may name: hours in Tokyo, and 恵方."""

_FOLDER: Final = "horoscope/readings"
_SPECIAL_FILES: Final = 4
_FIELD: Final = re.compile(r"\{(.*?)\}")


class ReadingText(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A text in both languages. What dealing knows of it is all but its words.

    `areas` are those that it is about; `day_off` tells that it speaks of an office, a school or
    colleagues, so that it is not for days off.
    """

    headline: Text
    text: Text
    areas: frozenset[Literal["love", "work", "money"]] = frozenset()
    props: frozenset[Prop] = frozenset()
    day_off: bool = False

    @property
    def fields(self) -> frozenset[str]:
        """The facts of the day that it names."""
        ja, en = self.text
        return frozenset(_FIELD.findall(ja + en)) if "{" in ja or "{" in en else frozenset()


Pool = tuple[ReadingText, ...]


class Texts(NamedTuple):
    """All texts: of the subjects by tone, and of the kinds of special days by level."""

    subjects: Mapping[str, Mapping[Tone, Pool]]
    special: Mapping[str, Mapping[Level, Pool]]

    def pools(self) -> Iterator[Pool]:
        """Every pool, in an order of its own."""
        yield from (self.subjects[subject][tone] for subject in SUBJECTS for tone in TONES)
        yield from (self.special[kind][level] for kind in KINDS for level in LEVELS)


@cache
def load() -> Texts:
    """The texts of the package, parsed once. Raises ContentError."""
    subjects = {}
    for subject, sizes in SIZES.items():
        name = f"{_FOLDER}/{subject}.toml"
        read = content.read(name, _make_type(dict(zip(TONES, sizes, strict=True))))
        subjects[subject] = {tone: _check(name, tone, getattr(read, tone), ()) for tone in TONES}
    special = {}
    often, seldom = (_make_type(dict.fromkeys(LEVELS, size)) for size in (_SIZE_OF_OFTEN, _SIZE))
    for number in range(1, _SPECIAL_FILES + 1):
        name = f"{_FOLDER}/special-{number}.toml"
        for kind, written in content.read(name, dict[str, Any]).items():
            of_kind = often if kind in OFTEN else seldom
            ((_, read),) = content.entries(name, {kind: written}, of_kind)
            special[kind] = {
                level: _check(name, f"{kind}.{level}", getattr(read, level), FIELDS)
                for level in LEVELS
            }
    content.require_names(_FOLDER, "special days", special, KINDS)
    return Texts(subjects, special)


def _make_type(sizes: Mapping[str, int]) -> Any:
    """The type of a table of pools with so many texts at least."""
    fields = [(name, Annotated[Pool, Meta(min_length=size)]) for name, size in sizes.items()]
    return defstruct("Pools", fields, frozen=True, forbid_unknown_fields=True)


def _check(name: str, path: str, pool: Pool, fields: Sequence[str]) -> Pool:
    """A pool whose texts name no other facts than these. Raises ContentError."""
    for number, text in enumerate(pool, start=1):
        if unknown := text.fields.difference(fields):
            known = ", ".join(fields) or "none here"
            raise ContentError(f"{name}: {path}[{number}]: no field {min(unknown)}; {known}")
    return pool
