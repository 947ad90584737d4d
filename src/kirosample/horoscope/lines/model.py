"""The pools of lines, and what the files of `lines/` must contain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, Literal, get_args

from msgspec import Meta, Struct, field

from kirosample.almanac import zassetsu
from kirosample.text import Text

Subject = Literal[
    "self", "money", "words", "home", "joy", "work", "partner", "depth", "journey", "calling",
    "friends", "rest",
]  # fmt: skip
SUBJECTS: Final[tuple[Subject, ...]] = get_args(Subject)
"""What a day is about, by the house that the Moon is in, the first house first."""

TONES: Final = ("bright", "good", "even", "careful", "low")
VOICES: Final = ("mercury", "venus", "mars", "jupiter", "saturn", "outer")
EFFECTS: Final = ("helps", "strains")
MANNERS: Final = ("push", "steady", "soft")
PLACES: Final = ("first", "middle", "last")

SIZES: Final[Mapping[str, int]] = {
    **{f"opening.{tone}": 8 for tone in TONES},
    **{f"development.{voice}.{effect}": 3 for voice in VOICES for effect in EFFECTS},
    **{f"deed.{manner}": 7 for manner in MANNERS},
    **{f"closing.{place}": 5 for place in PLACES},
}
"""The pools of a subject, and how many lines each has.

Dealing needs them: the Moon is in a house for up to nine of 60 days, in which a sign reads no
sentence twice.
"""

Kind = Literal[
    "ask", "calm", "change", "comfort", "company", "credit", "decide", "dig", "discard", "effort",
    "energy", "eye", "focus", "fun", "harmony", "haste", "hope", "lean", "news", "outing",
    "outlook", "pace", "polish", "promise", "show", "spend", "start", "talk", "tidy", "tools",
    "trust",
]  # fmt: skip
"""What a line may speak for or against, or say goes well or badly: a reading does not do both.

`credit` is being recognized, `eye` telling good things from bad, `news` that answers arrive,
`outlook` seeing what is to come, `tools` that things work and are found.
"""

NAMED_DAYS: Final = ("節分",)
"""雑節 whose date differs between years."""

WINDOW_LINES: Final = 7
DAY_LINES: Final = 4
PHASE_LINES: Final = 5

NO_HEADLINE: Final = Text("", "")


class Line(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A line; `off` replaces it on days off.

    `idea` is what it says in a word or two, which several lines may share; `praises` and `warns`
    are the kinds that it speaks for and against.
    """

    text: Text
    off: Text | None = None
    headline: Text = NO_HEADLINE
    idea: Annotated[str, Meta(pattern="^[a-z]+(-[a-z]+)*$")]
    praises: frozenset[Kind] = field(default=frozenset(), name="for")
    warns: frozenset[Kind] = field(default=frozenset(), name="against")
    fits: frozenset[Subject] = field(default=frozenset(), name="subjects")

    def on(self, day_off: bool) -> Text:
        """The line of a day."""
        return self.off if day_off and self.off else self.text


class Opening(Line, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A line that a reading begins with."""

    headline: Text


class DaysLine(Line, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A line about the season, a day or the Moon, and the subjects that it belongs to."""

    fits: Annotated[frozenset[Subject], Meta(min_length=1)] = field(name="subjects")


Pool = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """All lines.

    `subjects` has the pools of SIZES for each of SUBJECTS; `seasons` has a pool for each of the 366
    days (MM-DD); `days` has those of days that are like no other, such as New Year's Day, by their
    MM-DD or by one of NAMED_DAYS.
    """

    subjects: tuple[Mapping[str, Pool], ...]
    seasons: Mapping[str, Pool]
    days: Mapping[str, Pool]
    new_moon: Pool
    full_moon: Pool

    def season(self, d: date) -> Pool:
        """The lines of the part of the year that a day is in."""
        return self.seasons[f"{d:%m-%d}"]

    def day(self, d: date) -> Pool | None:
        """The lines of a day that is like no other."""
        names = (f"{d:%m-%d}", *zassetsu(d.year).get(d, ()))
        return next((self.days[name] for name in names if name in self.days), None)
