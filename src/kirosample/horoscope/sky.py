"""The positions of Sun, Moon and planets at noon in Japan, and their aspects.

Whether a planet is retrograde takes the days before and after, so a table, `stations.txt`, has the
days on which planets turn: a line has a planet and the days from each turn to the next. The first
is counted from FIRST_OF_STATIONS, and is 0 for a planet that is retrograde on that day.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate, combinations
from math import atan2, cos, degrees, radians, sin, tan
from typing import Final

import ephem

from kirosample.almanac import FIRST_DAY
from kirosample.horoscope.signs import SIGNS, house

BODIES: Final = {
    "moon": ephem.Moon, "mercury": ephem.Mercury, "venus": ephem.Venus,
    "sun": ephem.Sun, "mars": ephem.Mars, "jupiter": ephem.Jupiter,
    "saturn": ephem.Saturn, "uranus": ephem.Uranus, "neptune": ephem.Neptune,
    "pluto": ephem.Pluto,
}  # fmt: skip
"""The bodies from the fastest to the slowest, which is the order of the two bodies of an aspect."""

BODY_NAMES: Final = {
    "sun": "太陽", "moon": "月", "mercury": "水星", "venus": "金星", "mars": "火星",
    "jupiter": "木星", "saturn": "土星", "uranus": "天王星", "neptune": "海王星", "pluto": "冥王星",
}  # fmt: skip

STATIONS: Final = "stations.txt"

FIRST_OF_STATIONS: Final = FIRST_DAY - timedelta(days=31)
"""As long before FIRST_DAY as the last ones are after LAST_DAY, whose rankings need their month."""

ASPECT_ANGLES: Final = (0, 60, 90, 120, 180)
# The one of these next to each number of whole degrees.
_NEAREST: Final = [min(ASPECT_ANGLES, key=lambda at: abs(n + 0.5 - at)) for n in range(181)]
_LIGHTS: Final = ("sun", "moon")
_ORB_OF_LIGHTS: Final = 6.0
_ORB_OF_PLANETS: Final = 4.0

# ephem counts days from 1899-12-31 12:00 UT; noon in Japan is 03:00 UT.
_EPHEM_DAY_ZERO: Final = date(1899, 12, 31).toordinal()
_NOON_IN_JAPAN: Final = -9 / 24
_J2000: Final = 36525.0
_DAYS_IN_CENTURY: Final = 36525.0


@dataclass(frozen=True, slots=True)
class Placement:
    """A body's apparent geocentric longitude (degrees, equinox of date) and the sign it is in."""

    body: str
    longitude: float
    sign: str
    retrograde: bool


@dataclass(frozen=True, slots=True)
class Aspect:
    """Two bodies about `angle` degrees apart; `orb` is the deviation, `limit` its maximum."""

    faster: str
    slower: str
    angle: int
    orb: float
    limit: float


@dataclass(frozen=True, slots=True)
class Sky:
    """The sky at noon in Japan.

    `placements` has the ten bodies from the Moon to Pluto; `phase` is the Moon's longitude minus
    the Sun's, 0 at new and 180 at full moon; `aspects` has the closest first.
    """

    date: date
    placements: tuple[Placement, ...]
    phase: float
    aspects: tuple[Aspect, ...]

    def __getitem__(self, body: str) -> Placement:
        for placement in self.placements:
            if placement.body == body:
                return placement
        raise KeyError(body)


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
"""A fact of the sky: a reason of a reading."""


def in_house(placed: Placement, sign: str) -> InHouse:
    """The sign of a body, and its house counted from `sign`."""
    return InHouse(placed.body, placed.sign, house(placed.sign, sign))


@lru_cache(maxsize=64)
def sky(d: date) -> Sky:
    """The sky at noon JST of a day."""
    noon = {body: longitude(body, d) for body in BODIES}
    placements = tuple(
        Placement(body, noon[body], SIGNS[int(noon[body] // 30) % 12].id, is_retrograde(d, body))
        for body in BODIES
    )
    return Sky(d, placements, phase=(noon["moon"] - noon["sun"]) % 360, aspects=aspects(noon))


def phase(d: date) -> float:
    """The Moon's phase as in `sky`, without the planets: twenty times faster."""
    return (longitude("moon", d) - longitude("sun", d)) % 360


def moon_sign(d: date) -> str:
    """The Moon's sign as in `sky`, without the planets."""
    return SIGNS[int(longitude("moon", d) // 30) % 12].id


def separation(first: float, second: float) -> float:
    """The angle between two longitudes, 0 to 180 degrees."""
    return abs((first - second + 180) % 360 - 180)


@lru_cache(maxsize=64 * len(BODIES))
def longitude(name: str, d: date) -> float:
    """The longitude of a body at noon JST, 0 to 360 degrees."""
    moment = d.toordinal() - _EPHEM_DAY_ZERO + _NOON_IN_JAPAN
    # Mean obliquity (Lieske 1977, as in Meeus, Astronomical Algorithms, 22.2), in degrees.
    obliquity = radians(23.439291 - 0.0130042 * (moment - _J2000) / _DAYS_IN_CENTURY)
    body = BODIES[name]()
    body.compute(moment)
    right_ascension, declination = float(body.g_ra), float(body.g_dec)
    east = sin(right_ascension) * cos(obliquity) + tan(declination) * sin(obliquity)
    return degrees(atan2(east, cos(right_ascension))) % 360


def aspects(longitudes: Mapping[str, float]) -> tuple[Aspect, ...]:
    """The aspects between bodies, which are given from the fastest to the slowest."""
    within_orb = []
    for (faster, first), (slower, second) in combinations(longitudes.items(), 2):
        limit = _ORB_OF_LIGHTS if faster in _LIGHTS or slower in _LIGHTS else _ORB_OF_PLANETS
        apart = separation(first, second)
        angle = _NEAREST[int(apart)]
        if (orb := abs(apart - angle)) <= limit:
            within_orb.append(Aspect(faster, slower, angle, orb, limit))
    return tuple(sorted(within_orb, key=lambda aspect: (aspect.orb, aspect.faster, aspect.slower)))


def is_retrograde(d: date, body: str) -> bool:
    """Whether a body moves backward at noon. Sun and Moon never do."""
    turns = _turns().get(body, ())
    return bisect_right(turns, (d - FIRST_OF_STATIONS).days) % 2 == 1


@cache
def _turns() -> Mapping[str, tuple[int, ...]]:
    """The days since FIRST_OF_STATIONS on which each planet turns, retrograde first."""
    text = files("kirosample.horoscope").joinpath(STATIONS).read_text("ascii")
    lines = (line.split() for line in text.splitlines())
    return {body: tuple(accumulate(map(int, days))) for body, *days in lines}
