"""The words of the JSON API: what is asked for, and what is answered.

The same types parse, serialize, and describe themselves in `/openapi.json`; a parameter's
description is also what a client is told that sent it out of form.
"""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from kirosample import horoscope, quotes
from kirosample.favorites import Favorite, Stat, Type
from kirosample.limits import LIKABLE_DAYS_BACK
from kirosample.web.messages import Messages
from kirosample.web.reasons import reason

DATE_RANGE = "1900-01-01 から 2100-12-31 までの、実在する日付（YYYY-MM-DD）です。"
LIMIT = "1 から 100 までの整数です。"
CURSOR = "前の応答の next の値です。"
WORDS = "100 文字までの語で、制御文字は含みません。"

_DATE_PATTERN = r"^(19[0-9]{2}|20[0-9]{2}|2100)-[0-9]{2}-[0-9]{2}$"

DateParameter = Annotated[
    date,
    Meta(
        description=f"{DATE_RANGE}省略すると、日本の今日です。",
        extra_json_schema={"pattern": _DATE_PATTERN},
    ),
]
Limit = Annotated[int, Meta(ge=1, le=100, description=LIMIT)]
Words = Annotated[str, Meta(max_length=100, description=WORDS)]
FavoriteType = Annotated[Type, Meta(description="quote か horoscope です。")]


class NoQuery(Struct):
    """No parameters."""


class DateQuery(Struct):
    """A day of the calendar."""

    date: DateParameter | UnsetType = UNSET


class QuotesQuery(Struct):
    """A search in the catalogue of quotes."""

    q: Words = ""
    author: Words = ""
    topic: Words = ""
    limit: Limit = 50
    cursor: Annotated[str, Meta(max_length=100, pattern="^[a-z0-9-]*$", description=CURSOR)] = ""

    def __post_init__(self) -> None:
        self.q = self.q.strip()  # spaces alone are no search


class RandomQuery(Struct):
    """What a random quote should not be."""

    seen: Annotated[
        str,
        Meta(
            max_length=8_000,
            pattern="^[a-z0-9,-]*$",
            description="すでに見た名言の id です（コンマで区切って複数可）。",
        ),
    ] = field(default="", name="not")


class FavoritesQuery(Struct, frozen=True):
    """A page of a list of favorites."""

    type: FavoriteType | UnsetType = UNSET
    limit: Limit = 50
    cursor: Annotated[
        str,
        Meta(pattern=r"^([0-9]{1,18}\.[0-9]{1,10})?$", max_length=29, description=CURSOR),
    ] = ""


class NewFavorite(Struct, forbid_unknown_fields=True):
    """What a visitor likes."""

    type: FavoriteType
    item: Annotated[
        str,
        Meta(
            max_length=100,
            description="名言の id、または 2026-11-24.aries のような日付と星座です。"
            f"星占いの日付は {LIKABLE_DAYS_BACK} 日前から明日までです。",
        ),
    ]


class ReadingAnswer(Struct, frozen=True):
    """One sign's day: rank 1 to 12, scores 1 to 5, the text, and the facts it follows from."""

    date: date
    sign: str
    name: str
    rank: int
    overall: int
    love: int
    work: int
    money: int
    text: str
    lucky: horoscope.Lucky
    because: tuple[str, ...]

    @classmethod
    def of(cls, reading: horoscope.Reading, messages: Messages) -> "ReadingAnswer":
        same = {name: getattr(reading, name) for name in cls.__struct_fields__}
        because = tuple(reason(fact, messages) for fact in reading.because)
        return cls(**{**same, "because": because})


class HoroscopesAnswer(Struct):
    """The twelve readings of a day, by rank."""

    date: date
    horoscopes: tuple[ReadingAnswer, ...]


class QuoteAnswer(Struct):
    """A quote with its source."""

    id: str
    text: str
    author: str
    source: str
    original: str | None
    language: str | None
    topics: tuple[str, ...]
    status: Literal["verified", "cited"]
    born: int | None
    died: int | None

    @classmethod
    def of(cls, quote: quotes.Quote) -> "QuoteAnswer":
        return cls(**{name: getattr(quote, name) for name in cls.__struct_fields__})


class QuotesAnswer(Struct):
    """A page of quotes, and the cursor of the next one."""

    quotes: tuple[QuoteAnswer, ...]
    next: str | None


class FavoriteAnswer(Struct):
    """Something that visitors like."""

    id: int
    type: Type
    content: str
    author: str
    created_at: datetime
    likes: int

    @classmethod
    def of(cls, favorite: Favorite) -> "FavoriteAnswer":
        return cls(
            favorite.id,
            favorite.type,
            favorite.content,
            favorite.author,
            favorite.created_at,
            favorite.likes,
        )


class FavoritesAnswer(Struct):
    """A page of favorites, and the cursor of the next one."""

    favorites: tuple[FavoriteAnswer, ...]
    next: str | None


class StatsAnswer(Struct):
    """Favorites and likes of each type."""

    stats: tuple[Stat, ...]


class Liveness(Struct):
    """The process serves; and whether it was ever ready, which the container's check asks."""

    status: Literal["ok"]
    was_ready: bool


class Readiness(Struct):
    """Whether the service can do all its work, and if not, why."""

    status: Literal["ok", "unavailable"]
    reason: str | UnsetType = UNSET


class ProblemAnswer(Struct):
    """An error, as RFC 9457 has it."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"
    field: str | UnsetType = UNSET
