"""The values that the store takes and returns."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

import msgspec

Type = Literal["quote", "horoscope"]

TYPES: tuple[Type, ...] = get_args(Type)


@dataclass(frozen=True, slots=True)
class Item:
    """What can be liked: its type, its key among these, and its text."""

    type: Type
    item: str
    content: str
    author: str


class Favorite(msgspec.Struct, frozen=True):  # created for every like, ten times faster
    """An item that at least one visitor likes."""

    id: int
    type: Type
    item: str
    content: str
    author: str
    created_at: datetime
    likes: int


@dataclass(frozen=True, slots=True)
class Stat:
    """The number of favorites of a type, and of their likes."""

    type: Type
    count: int
    likes: int
