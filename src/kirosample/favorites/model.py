"""The values that the store takes and returns."""

import logging
import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final, Literal, get_args

import msgspec

from kirosample.almanac import FIRST_DAY, LAST_DAY
from kirosample.horoscope import SIGNS_BY_ID, Sign
from kirosample.quotes import ID

log = logging.getLogger(__name__)

Type = Literal["quote", "horoscope"]

TYPES: tuple[Type, ...] = get_args(Type)

_MAX_ITEM: Final = 64
_MAX_AUTHOR: Final = 255
_MAX_CONTENT: Final = 4_000


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


def day_and_sign(key: str) -> tuple[date, Sign]:
    """Parse the key of a reading. Raises KeyError or ValueError."""
    match = re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.([a-z]+)", key)
    if not match:
        raise ValueError(key)
    day = date.fromisoformat(match[1])
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(key)
    return day, SIGNS_BY_ID[match[2]]


def fault(type_: Type, item: str, content: str, author: str) -> str:
    """The field that no page can show, or an empty string.

    A key has to have its form only: its day may be long ago, its quote gone from the catalogue.
    """
    if len(item) > _MAX_ITEM or not _is_key(type_, item):
        return "item"
    if len(content) > _MAX_CONTENT or "\0" in content:
        return "content"
    return "author" if len(author) > _MAX_AUTHOR or "\0" in author else ""


def is_readable(favorite: Favorite) -> bool:
    """Whether pages can show it. If not, the log says so once."""
    wrong = fault(favorite.type, favorite.item, favorite.content, favorite.author)
    if wrong:
        _warn(favorite.id, wrong)
    return not wrong


@lru_cache(maxsize=4096)
def _is_key(type_: Type, key: str) -> bool:
    match type_:
        case "quote":
            return re.fullmatch(ID, key) is not None
        case "horoscope":
            try:
                return bool(day_and_sign(key))
            except (KeyError, ValueError):
                return False


@lru_cache(maxsize=4096)
def _warn(id_: int, field: str) -> None:
    log.warning("favorite %d is left out of lists: `%s` is nothing that was stored", id_, field)
