"""A sign's fortnight, its week ahead and its next good days, from the table of ranks.

`week.toml` beside this module has the lines of a week: how it goes, and its days.
"""

from calendar import day_name
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import islice
from typing import Final, Literal, NamedTuple, cast

from msgspec import Struct

from kirosample import almanac, content
from kirosample.almanac import FIRST_DAY, LAST_DAY
from kirosample.horoscope.signs import POSITION
from kirosample.horoscope.standings import standing
from kirosample.text import Text

Trend = Literal["rising", "falling", "peak", "dip", "bright", "quiet", "mixed"]
Days = Literal["best", "best before hardest", "hardest before best", "hardest", "level"]
Lines = tuple[Text, ...]

WEEKS: Final[Mapping[bool, tuple[Text, Text]]] = {
    True: (Text("今週", "this week"), Text("来週", "next week")),
    False: (Text("この週", "that week"), Text("次の週", "the following week")),
}
"""This week and the next one, as told today and as told of another day."""

WEEKDAYS: Final = tuple(map(Text, (f"{name}曜日" for name in almanac.WEEKDAYS), day_name))

_WEEK: Final = 7
_MONDAY: Final = 0
_SATURDAY: Final = 5
_GOOD_DAYS: Final = 3

# The middle of a whole week, Monday being 0. Mean ranks are compared, in places.
_MIDDLE: Final = slice(2, 5)
_MEAN_RANK: Final = 6.5
_SLOPE: Final = 1.5
_CREST: Final = 1.5
_BRIGHT: Final = 4.5
_QUIET: Final = 8.5

# A good day has at least so many stars, a hard one at most.
_GOOD: Final = 4
_HARD: Final = 2


class RankedDay(NamedTuple):
    """A sign's rank, 1 to 12, and overall score, 1 to 5, on a day."""

    date: date
    rank: int
    overall: int

    @property
    def is_good(self) -> bool:
        """Whether its stars and its rank both promise something."""
        return self.overall >= _GOOD and self.rank < _MEAN_RANK

    @property
    def is_hard(self) -> bool:
        """Whether its stars and its rank both advise care."""
        return self.overall <= _HARD and self.rank > _MEAN_RANK


class WeekLines(Struct, frozen=True, forbid_unknown_fields=True):
    """The lines of a whole week, of the days that are left of one, and of its best and hardest."""

    trend: Mapping[Trend, Lines]
    rest: Mapping[Trend, Lines]
    days: Mapping[Days, Lines]


@dataclass(frozen=True, slots=True)
class Week:
    """What is still ahead of a sign in a day's week, within FIRST_DAY to LAST_DAY.

    From Monday to Friday that is from the day to Sunday; on Saturday and Sunday, when little is
    left, the week after (`is_next`). The text has two sentences, how the days go and which is the
    best, if it is good, and the hardest, if it is hard.
    """

    is_next: bool
    text: Text


@cache
def load_week_lines() -> WeekLines:
    """The lines, parsed once. A test checks the file. Raises ContentError."""
    return content.read("horoscope/week.toml", WeekLines)


def fortnight(d: date, sign: str) -> tuple[RankedDay, ...]:
    """The seven days before a day, the day, and the seven after, within FIRST_DAY to LAST_DAY.

    Raises KeyError for an unknown sign.
    """
    return tuple(_days(d - timedelta(days=_WEEK), d + timedelta(days=_WEEK), sign))


def good_days(d: date, sign: str) -> tuple[RankedDay, ...]:
    """The next three good days after a day; fewer before LAST_DAY.

    Raises KeyError for an unknown sign.
    """
    after = _days(d + timedelta(days=1), LAST_DAY, sign)
    return tuple(islice((day for day in after if day.is_good), _GOOD_DAYS))


def week(d: date, sign: str, *, is_today: bool = True) -> Week:
    """The week ahead of a day, told on that day or, if it is not today, on another one.

    Raises KeyError for an unknown sign.
    """
    is_next = d.weekday() >= _SATURDAY
    monday = d - timedelta(days=d.weekday() - _WEEK * is_next)
    days = [*_days(max(d, monday), monday + timedelta(days=_WEEK - 1), sign)]
    best = min((day for day in days if day.is_good), key=_quality, default=None)
    hardest = max((day for day in days if day.is_hard), key=_quality, default=None)
    named = sorted((day, name) for day, name in ((best, "best"), (hardest, "hardest")) if day)
    kind = cast(Days, " before ".join(name for _, name in named) or "level")
    whole = _trend_line(_trend(days) if best else "quiet", days[0].date, sign)
    of_days = _of(load_week_lines().days[kind], d.toordinal(), sign)
    words = {name: WEEKDAYS[day.date.weekday()] for day, name in named}
    words["week"] = WEEKS[is_today][is_next]
    text = Text(f"{whole.ja}{of_days.ja}", f"{whole.en} {of_days.en}")
    return Week(is_next, text.filled(words))


def _days(first: date, last: date, sign: str) -> Iterator[RankedDay]:
    first, last = max(first, FIRST_DAY), min(last, LAST_DAY)
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        yield RankedDay(day, *standing(day, sign)[1:])


def _quality(day: RankedDay) -> tuple[int, int, date]:
    """A sort key: the best day first, the earlier of equal ones."""
    return -day.overall, day.rank, day.date


def _trend(days: Sequence[RankedDay]) -> Trend:
    """How these days go. The best and the hardest must lie where the line says."""
    best, hardest = min(days, key=_quality), max(days, key=_quality)
    if len(days) == _WEEK:
        start, middle, end = days[: _MIDDLE.start], days[_MIDDLE], days[_MIDDLE.stop :]
        around = (_mean(start), _mean(end))
        inside = _mean(middle)
        is_peak = best in middle and hardest not in middle
        if is_peak and inside <= min(min(around) - _CREST, _MEAN_RANK):
            return "peak"
        is_dip = hardest in middle and best not in middle
        if is_dip and max(around) <= min(inside - _CREST, _MEAN_RANK):
            return "dip"
    half = len(days) // 2
    early, late = days[:half], days[-half:]
    if hardest in early and best in late and _mean(early) >= max(_mean(late) + _SLOPE, _MEAN_RANK):
        return "rising"
    if best in early and hardest in late and _mean(late) >= max(_mean(early) + _SLOPE, _MEAN_RANK):
        return "falling"
    if _mean(days) <= _BRIGHT:
        return "bright"
    return "quiet" if _mean(days) >= _QUIET else "mixed"


def _mean(days: Sequence[RankedDay]) -> float:
    return sum(day.rank for day in days) / len(days)


def _trend_line(trend: Trend, first: date, sign: str) -> Text:
    """A whole week has one line until its Monday is over, then every day another."""
    week, weekday = divmod(first.toordinal() - 1, _WEEK)
    if weekday == _MONDAY:
        return _of(load_week_lines().trend[trend], week, sign)
    return _of(load_week_lines().rest[trend], week * (_SATURDAY - 1) + weekday, sign)


def _of(pool: Sequence[Text], turn: int, sign: str) -> Text:
    """The lines of a pool take turns, and each sign begins with another one."""
    return pool[(turn + POSITION[sign]) % len(pool)]
