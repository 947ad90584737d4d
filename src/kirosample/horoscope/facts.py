"""The facts of the sky that lines follow from: the reasons of a reading."""

from dataclasses import dataclass

from kirosample.horoscope.signs import house
from kirosample.horoscope.sky import Aspect, Placement


@dataclass(frozen=True, slots=True)
class InHouse:
    """A body in a sign, and its house, 1 to 12, counted from the reading's sign."""

    body: str
    sign: str
    house: int


@dataclass(frozen=True, slots=True)
class Retrograde:
    """A retrograde body."""

    body: str


@dataclass(frozen=True, slots=True)
class MoonPhase:
    """The Moon is full, or else new."""

    full: bool


@dataclass(frozen=True, slots=True)
class Season:
    """The sign that the Sun is in."""

    sign: str


Fact = InHouse | Aspect | Retrograde | MoonPhase | Season


def in_house(placed: Placement, sign: str) -> InHouse:
    """The sign of a body, and its house counted from `sign`."""
    return InHouse(placed.body, placed.sign, house(placed.sign, sign))
