"""The lines of a week, from `week.toml` beside this module: how it goes, and its days."""

from collections.abc import Mapping
from functools import cache
from typing import Final, Literal

from msgspec import Struct

from kirosample import content
from kirosample.text import Text

Trend = Literal["rising", "falling", "peak", "dip", "bright", "quiet", "mixed"]
Days = Literal["best", "best before hardest", "hardest before best", "hardest", "level"]
Lines = tuple[Text, ...]

WEEKS: Final[Mapping[bool, tuple[Text, Text]]] = {
    True: (Text("今週", "this week"), Text("来週", "next week")),
    False: (Text("この週", "that week"), Text("次の週", "the following week")),
}
"""This week and the next one, as told today and as told of another day."""

WEEKDAYS: Final = (
    Text("月曜日", "Monday"),
    Text("火曜日", "Tuesday"),
    Text("水曜日", "Wednesday"),
    Text("木曜日", "Thursday"),
    Text("金曜日", "Friday"),
    Text("土曜日", "Saturday"),
    Text("日曜日", "Sunday"),
)


class WeekLines(Struct, frozen=True, forbid_unknown_fields=True):
    """The lines of a whole week, of the days that are left of one, and of its best and hardest."""

    trend: Mapping[Trend, Lines]
    rest: Mapping[Trend, Lines]
    days: Mapping[Days, Lines]


@cache
def load_week_lines() -> WeekLines:
    """The lines, parsed once. A test checks the file. Raises ContentError."""
    return content.read("horoscope/week.toml", WeekLines)
