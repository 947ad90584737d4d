"""The places for which the Sun and the Moon rise and set, from `places.toml` beside this module."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Final

from msgspec import Meta, Struct

from kirosample import content
from kirosample.almanac.model import Place

TOKYO: Final = "tokyo"

_Degrees = Annotated[str, Meta(pattern="^[0-9]{2,3}:[0-9]{2}(:[0-9]{2}[.][0-9]{4})?$")]


class _Place(Struct, frozen=True, forbid_unknown_fields=True):
    id: Annotated[str, Meta(pattern="^[a-z]{2,20}$")]
    name: str
    north: _Degrees
    east: _Degrees


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    places: tuple[_Place, ...]


@cache
def _places() -> Mapping[str, _Place]:
    return {place.id: place for place in content.read("almanac/places.toml", _File).places}


@cache
def load_places() -> Mapping[str, Place]:
    """The places by id, the romanized name, from north to south. Raises ContentError."""
    return {id_: Place(id_, place.name) for id_, place in _places().items()}


def coordinates(place: str) -> tuple[str, str]:
    """Latitude (north) and longitude (east) in sexagesimal degrees. Raises KeyError."""
    at = _places()[place]
    return at.north, at.east
