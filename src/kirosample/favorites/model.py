"""What the store takes and gives."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Literal, get_args

import msgspec

Type = Literal["quote", "horoscope"]

TYPES: tuple[Type, ...] = get_args(Type)

_JST = timezone(timedelta(hours=9))


def in_japan(at: datetime) -> datetime:
    """The moment as favorites tell it: in Japan's time, in whole seconds."""
    return at.astimezone(_JST).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Item:
    """A thing of the catalogue that can be liked: its type, its key there, and its words."""

    type: Type
    item: str
    content: str
    author: str


class Favorite(msgspec.Struct, frozen=True):  # one is made for every like: in a tenth of the time
    """A thing that at least one visitor likes. `created_at` is in Japan's time, whole seconds."""

    id: int
    type: Type
    item: str
    content: str
    author: str
    created_at: datetime
    likes: int


@dataclass(frozen=True, slots=True)
class Stat:
    """How many favorites of a type there are, and how many likes they have together."""

    type: Type
    count: int
    likes: int
