"""The lines of a week, from `week.toml` beside this module: how it goes, and its days."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final, Literal, NamedTuple

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


class WeekLines(NamedTuple):
    """The lines of a whole week, of the days that are left of one, and of its best and hardest."""

    trend: Mapping[Trend, Lines]
    rest: Mapping[Trend, Lines]
    days: Mapping[Days, Lines]


@cache
def load_week_lines() -> WeekLines:
    """The lines, parsed once. A test checks the file."""
    written = tomllib.loads(files("kirosample.horoscope").joinpath("week.toml").read_text("utf-8"))
    pools = (
        {name: tuple(Text(line["ja"], line["en"]) for line in lines) for name, lines in of.items()}
        for of in (written[field] for field in WeekLines._fields)
    )
    return WeekLines(*pools)
