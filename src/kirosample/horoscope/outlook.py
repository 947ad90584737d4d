"""A sign's fortnight, month and week, from the table of ranks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

from kirosample.almanac import FIRST_DAY, LAST_DAY
from kirosample.horoscope.signs import POSITION
from kirosample.horoscope.standings import standing
from kirosample.horoscope.week_lines import DAYS, TRENDS, WEEKDAYS, Days, Trend
from kirosample.text import Text

_WEEK: Final = 7
_BEST_DAYS: Final = 3

# Of a week's days, Monday being 0. Their mean ranks are compared, in places.
_START: Final = slice(0, 2)
_MIDDLE: Final = slice(2, 5)
_END: Final = slice(5, 7)
_HALF: Final = 3
_MEAN_RANK: Final = 6.5
_SLOPE: Final = 1.5
_CREST: Final = 1.5
_BRIGHT: Final = 4.5
_QUIET: Final = 8.5

_HARD: Final = 2
"""A day with at most so many stars is told as the week's hardest."""


class RankedDay(NamedTuple):
    """A sign's rank, 1 to 12, and overall score, 1 to 5, on a day."""

    date: date
    rank: int
    overall: int


@dataclass(frozen=True, slots=True)
class Week:
    """A sign's week from Monday to Sunday, within FIRST_DAY to LAST_DAY.

    The calendar week, since that is what 今週 and "this week" mean: its text stays the same from
    Monday to Sunday, and a reader can hold it against the days. The days ahead are in `fortnight`.
    `text` has two sentences.
    """

    days: tuple[RankedDay, ...]
    best: RankedDay
    hardest: RankedDay
    trend: Trend
    text: Text


def fortnight(d: date, sign: str) -> tuple[RankedDay, ...]:
    """The seven days before a day, the day, and the seven after, within FIRST_DAY to LAST_DAY.

    Raises KeyError for an unknown sign.
    """
    return _days(d - timedelta(days=_WEEK), d + timedelta(days=_WEEK), sign)


def best_days(d: date, sign: str) -> tuple[RankedDay, ...]:
    """The three best days of a day's month by stars, then rank, in order of date.

    Raises KeyError for an unknown sign.
    """
    first = d.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    best = sorted(_days(first, last, sign), key=_quality)[:_BEST_DAYS]
    return tuple(sorted(best))


def week(d: date, sign: str) -> Week:
    """The week of a day. Raises KeyError for an unknown sign."""
    monday = d - timedelta(days=d.weekday())
    days = _days(monday, monday + timedelta(days=_WEEK - 1), sign)
    best, hardest = min(days, key=_quality), max(days, key=_quality)
    trend = _trend(days, best, hardest)
    return Week(days, best, hardest, trend, _text(trend, best, hardest, sign))


def _days(first: date, last: date, sign: str) -> tuple[RankedDay, ...]:
    first, last = max(first, FIRST_DAY), min(last, LAST_DAY)
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(RankedDay(day, *standing(day, sign)[1:]) for day in days)


def _quality(day: RankedDay) -> tuple[int, int, date]:
    """The lower, the better; of equal days the earlier one."""
    return -day.overall, day.rank, day.date


def _trend(days: Sequence[RankedDay], best: RankedDay, hardest: RankedDay) -> Trend:
    """How a week goes. Its best and hardest day must lie where the line says."""
    if len(days) == _WEEK:
        start, middle, end = (_mean(days[part]) for part in (_START, _MIDDLE, _END))
        midweek = days[_MIDDLE]
        if best in midweek and middle <= min(start - _CREST, end - _CREST, _MEAN_RANK):
            return "peak"
        if hardest in midweek and max(start, end) <= min(middle - _CREST, _MEAN_RANK):
            return "dip"
        if start - end >= _SLOPE and start >= middle >= end and best not in days[:_HALF]:
            return "rising"
        if end - start >= _SLOPE and start <= middle <= end and best in days[:_HALF]:
            return "falling"
    if _mean(days) <= _BRIGHT:
        return "bright"
    return "quiet" if _mean(days) >= _QUIET else "mixed"


def _mean(days: Sequence[RankedDay]) -> float:
    return sum(day.rank for day in days) / len(days)


def _text(trend: Trend, best: RankedDay, hardest: RankedDay, sign: str) -> Text:
    """Two sentences. Each pool takes its turn by the week, so neighboring weeks differ."""
    turn = (best.date.toordinal() - 1) // _WEEK + POSITION[sign]
    days: Days = "best before hardest" if best.date < hardest.date else "hardest before best"
    if hardest.overall > _HARD:
        days = "best"
    first = TRENDS[trend][turn % len(TRENDS[trend])]
    second = DAYS[days][turn % len(DAYS[days])]
    names = WEEKDAYS[best.date.weekday()], WEEKDAYS[hardest.date.weekday()]
    ja = second.ja.format(best=names[0].ja, hardest=names[1].ja)
    en = second.en.format(best=names[0].en, hardest=names[1].en)
    return Text(first.ja + ja, f"{first.en} {en}")
