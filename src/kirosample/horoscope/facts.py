"""The facts of the day's sky that let a line be said, and so are the reasons of a reading."""

from dataclasses import dataclass
from typing import Final

from kirosample.horoscope.signs import house
from kirosample.horoscope.sky import Aspect, Placement


@dataclass(frozen=True, slots=True)
class InHouse:
    """A body in a sign, which is this house, 1 to 12, counted from the reading's sign."""

    body: str
    sign: str
    house: int


@dataclass(frozen=True, slots=True)
class ToSign:
    """A body in a sign that is 60, 90, 120 or 180 degrees from the reading's sign."""

    body: str
    sign: str
    angle: int


@dataclass(frozen=True, slots=True)
class Retrograde:
    """A body that moves backwards."""

    body: str


@dataclass(frozen=True, slots=True)
class MoonPhase:
    """The eighth of the month, 0 to 7: 0 is centred on new moon, 2 on the first quarter."""

    eighth: int


@dataclass(frozen=True, slots=True)
class Season:
    """The sign that the Sun passes."""

    sign: str


Fact = InHouse | ToSign | Aspect | Retrograde | MoonPhase | Season

_HELPS: Final = (60, 120)
_STRAINS: Final = (90, 180)


def in_house(placed: Placement, sign: str) -> InHouse:
    """In which sign a body stands, and through which house of `sign` that takes it."""
    return InHouse(placed.body, placed.sign, house(placed.sign, sign))


def to_sign(placed: Placement, sign: str, *, kindly: bool) -> ToSign | InHouse:
    """The whole-sign aspect of a body to `sign`, or its house where none is of that kind."""
    number = house(placed.sign, sign)
    angle = 180 - abs(180 - 30 * (number - 1))
    if angle in (_HELPS if kindly else _STRAINS):
        return ToSign(placed.body, placed.sign, angle)
    return InHouse(placed.body, placed.sign, number)


def moon_phase(phase: float) -> MoonPhase:
    """The eighth of the month of a phase in degrees."""
    return MoonPhase(int((phase + 22.5) // 45) % 8)
