"""The parameters that the API and the pages have in common.

A parameter's description is also what the client reads when the value is malformed.
"""

from datetime import date
from typing import Annotated, Literal, TypeVar, cast

from msgspec import UNSET, Meta, Struct, UnsetType, defstruct, field

from kirosample.almanac import FIRST_DAY, FREE, LAST_DAY, TOKYO, load_places, load_words
from kirosample.favorites import TYPES, Type
from kirosample.horoscope import SIGNS, SIGNS_BY_ID
from kirosample.web.calendar_options import CALENDAR_OPTIONS
from kirosample.web.i18n.languages import JAPANESE, Language

MAX_LISTED = 100
"""Maximum length of a page of a list."""

MAX_CHARACTERS = 100
"""Maximum length of words to search for."""

DATE_RANGE = f"{FIRST_DAY} から {LAST_DAY} までの、実在する日付（YYYY-MM-DD）です。"
AHEAD = "今日か明日の日付（YYYY-MM-DD）です。"
YEAR_RANGE = f"{FIRST_DAY.year} から {LAST_DAY.year} までの年です。"
CURSOR = "前の応答の next の値です。"

_LIMIT = f"1 から {MAX_LISTED} までの整数です。"
_WORDS = f"{MAX_CHARACTERS} 文字までの語で、制御文字は含みません。"
_CENTURIES = [f"{n}[0-9]{{2}}" for n in range(FIRST_DAY.year // 100, LAST_DAY.year // 100)]
_DATE_PATTERN = f"^({'|'.join(_CENTURIES)}|{LAST_DAY.year})-[0-9]{{2}}-[0-9]{{2}}$"

DateParameter = Annotated[
    date,
    Meta(
        description=f"{DATE_RANGE}省略すると、日本の今日です。",
        extra_json_schema={"pattern": _DATE_PATTERN},
    ),
]
PLACE = f"県庁所在地です（{'、'.join(load_places())}）。省略すると {TOKYO} です。"

PlaceParameter = Annotated[
    str, Meta(max_length=20, description=PLACE, extra_json_schema={"enum": list(load_places())})
]
LanguageParameter = Annotated[Language, Meta(description="ja か en です。省略すると ja です。")]
Limit = Annotated[int, Meta(ge=1, le=MAX_LISTED, description=_LIMIT)]
Words = Annotated[str, Meta(max_length=MAX_CHARACTERS, description=_WORDS)]
FavoriteType = Annotated[Type, Meta(description=f"{' か '.join(TYPES)} です。")]


class DateQuery(Struct):
    """A day of the calendar."""

    date: DateParameter | UnsetType = UNSET


BY = "overall（総合）、love（恋愛）、work（仕事）、money（金運）のどれかです。"


class RankingQuery(DateQuery):
    """What the twelve signs of a day are ranked by."""

    by: Annotated[Literal["overall", "love", "work", "money"], Meta(description=BY)] = "overall"


class AheadQuery(Struct):
    """The day on which a page is read: today, or tomorrow to save its page the day before."""

    today: Annotated[date, Meta(description=AHEAD)] | UnsetType = UNSET


class YearQuery(Struct):
    """A year of the calendar."""

    year: (
        Annotated[int, Meta(ge=FIRST_DAY.year, le=LAST_DAY.year, description=YEAR_RANGE)]
        | UnsetType
    ) = UNSET


class PlaceQuery(DateQuery):
    """A day of the calendar, as the Sun and the Moon rise in a place."""

    place: PlaceParameter = TOKYO


class DayQuery(DateQuery):
    """A day of the calendar, described in a language."""

    lang: LanguageParameter = JAPANESE


class RankingApiQuery(RankingQuery):
    """What the twelve signs of a day are ranked by, described in a language."""

    lang: LanguageParameter = JAPANESE


class DayInPlaceQuery(PlaceQuery):
    """A day of the calendar in a place, described in a language."""

    lang: LanguageParameter = JAPANESE


_Option = Annotated[bool, Meta(description="true か false です。")]

ALARM = "通知の時刻です（HH:MM、00:00 から 23:59 まで）。"


_Alarm = Annotated[str, Meta(max_length=20, description=ALARM)]


class AlarmQuery(Struct, frozen=True):
    """The time of day at which a calendar alerts; none if it is empty."""

    alarm: _Alarm = ""


SIGN = f"星座です（{'、'.join(SIGNS_BY_ID)}）。"


class SignCalendarQuery(AlarmQuery, frozen=True):
    """The parameters of AlarmQuery, and the sign whose calendar the page offers."""

    sign: Annotated[str, Meta(max_length=20, description=SIGN)] = ""


_Q = TypeVar("_Q", bound=Struct)


def _with_options(query: type[_Q]) -> type[_Q]:
    """The query with a field for each of CALENDAR_OPTIONS."""
    fields = [(id_, _Option, False) for id_ in CALENDAR_OPTIONS]
    made = defstruct(query.__name__, fields, bases=(query,), frozen=True)
    return cast(type[_Q], made)


CALENDAR_QUERY = _with_options(AlarmQuery)
CALENDAR_PAGE_QUERY = _with_options(SignCalendarQuery)

_PURPOSES = list(load_words().purposes)
PURPOSE = f"目的です（{'、'.join(_PURPOSES)}）。省略すると {FREE} です。"
LUCKY = {
    "taian": "大安",
    "tomobiki": "友引",
    "tensha": "天赦日",
    "ichiryu": "一粒万倍日",
    "tora": "寅の日",
    "mi": "巳の日",
    "tsuchinotomi": "己巳の日",
    "kinoene": "甲子の日",
}
"""What may be searched for, with its name."""

UNLUCKY = {"butsumetsu": "仏滅", "fujoju": "不成就日", "sanrinbo": "三隣亡"}
"""What may be left out, with its name."""

LUCKY_ONES = f"吉日です（{'、'.join(LUCKY)}）。いくつでも選べます。"
UNLUCKY_ONES = f"除く日です（{'、'.join(UNLUCKY)}）。いくつでも選べます。"

COMPARED = f"比べる日です。{DATE_RANGE}三つまで選べます。"

_Id = Annotated[str, Meta(max_length=20)]


class LuckyDaysQuery(Struct):
    """What to do on a lucky day, and the first of the twelve months."""

    purpose: Annotated[
        str,
        Meta(max_length=20, description=PURPOSE, extra_json_schema={"enum": _PURPOSES}),
    ] = field(default=FREE, name="for")
    first: DateParameter | UnsetType = field(default=UNSET, name="from")


class LuckyDaysApiQuery(LuckyDaysQuery):
    """The parameters of LuckyDaysQuery, and a language, which pages have in their path."""

    lang: LanguageParameter = JAPANESE


class WishQuery(LuckyDaysQuery):
    """Which of these days are shown, and which are compared."""

    day: Annotated[tuple[_Id, ...], Meta(max_length=len(LUCKY), description=LUCKY_ONES)] = ()
    without: Annotated[
        tuple[_Id, ...], Meta(max_length=len(UNLUCKY), description=UNLUCKY_ONES)
    ] = ()
    on: Annotated[tuple[date, ...], Meta(max_length=3, description=COMPARED)] = ()
    off: _Option | UnsetType = UNSET
    overlap: _Option = False
    alarm: _Alarm = ""


class LanguageQuery(Struct):
    """The language of a quote."""

    lang: LanguageParameter = JAPANESE


class QuotesQuery(Struct):
    """A search in the catalogue of quotes."""

    q: Words = ""
    author: Words = ""
    topic: Words = ""
    limit: Limit = 50
    cursor: Annotated[str, Meta(max_length=100, pattern="^[a-z0-9-]*$", description=CURSOR)] = ""

    def __post_init__(self) -> None:
        self.q = self.q.strip()  # spaces alone search for nothing


class QuotesApiQuery(QuotesQuery):
    """The parameters of QuotesQuery, and a language, which pages have in their path."""

    lang: LanguageParameter = JAPANESE


class RandomQuery(Struct):
    """The quotes that a random one should not repeat."""

    seen: Annotated[
        str,
        Meta(
            max_length=8_000,
            pattern="^[a-z0-9,-]*$",
            description="すでに見た名言の id です（コンマで区切って複数可）。",
        ),
    ] = field(default="", name="not")

    @property
    def seen_ids(self) -> list[str]:
        return [id_ for id_ in self.seen.split(",") if id_]


class RandomApiQuery(RandomQuery):
    """The parameters of RandomQuery, and a language, which pages have in their path."""

    lang: LanguageParameter = JAPANESE


class FavoritesQuery(Struct, frozen=True):
    """A page of a list of favorites."""

    type: FavoriteType | UnsetType = UNSET
    limit: Limit = 50
    cursor: Annotated[
        str, Meta(pattern=r"^([0-9]{1,18}\.[0-9]{1,10})?$", max_length=29, description=CURSOR)
    ] = ""


class SignPath(Struct):
    """The sign that a path names."""

    sign: Annotated[str, Meta(extra_json_schema={"enum": [sign.id for sign in SIGNS]})]


class QuotePath(Struct):
    """The quote that a path names."""

    quote_id: Annotated[str, Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]


class FavoritePath(Struct):
    """The favorite that a path names."""

    favorite_id: Annotated[int, Meta(ge=1, le=2**31 - 1)]


class TransferCode(Struct, forbid_unknown_fields=True):
    """A code that carries favorites, as it was typed."""

    code: Annotated[
        str,
        Meta(
            max_length=40,
            description="ほかの端末で作ったコードです。区切りと、大文字・小文字は問いません。",
        ),
    ]
