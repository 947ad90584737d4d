"""Phases of the Moon: when its longitude is 0, 90, 180 or 270 degrees ahead of the Sun's."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date, datetime

from kirosample.almanac.astronomy import horizon, instants
from kirosample.almanac.astronomy.ephemeris import elongation, when
from kirosample.almanac.model import Lunar, Moon, require_year

SYNODIC_MONTH = 29.530588861  # days
_MEAN_NEW_MOON = 36529.59766  # 2000-01-06, in Dublin days (Meeus, Astronomical Algorithms, ch. 49)

_PHASES = ("新月", "上弦", "満月", "下弦")

# 立待 to 更待 wait longer for the Moon each evening: standing, sitting, lying down, late.
NAMES = {
    2: "二日月", 3: "三日月", 13: "十三夜", 14: "待宵", 15: "十五夜", 16: "十六夜", 17: "立待月",
    18: "居待月", 19: "寝待月", 20: "更待月", 23: "二十三夜", 26: "二十六夜",
}  # fmt: skip
"""The names of the Moon by the day of the lunar month (国立天文台, 暦Wiki)."""

TIDES = "大大中中中中小小小長若中中大大大大中中中中小小小長若中中大大"
"""The names of the tides by the day of the lunar month, from the 1st.

The names have no definition: these are as the Japan Oceanographic Data Center gives them. Some
calendars go by the Moon's age, and differ by a day.
"""


def quarter_begins(quarter: int) -> float:
    """TT at which a quarter begins, counted from the new moon of 2000-01-06.

    Multiples of 4 are new moons. The table is written by this function.
    """
    near = _MEAN_NEW_MOON + SYNODIC_MONTH * quarter / 4
    return when(elongation, 90 * (quarter % 4), near, 360 / SYNODIC_MONTH)


def phase_at(quarter: int) -> datetime:
    """When a quarter begins. Quarters are numbered as in `quarter_begins`."""
    return instants.moment(_begins(quarter))


def day_of_phase(quarter: int) -> date:
    """The day in Japan on which a quarter begins."""
    return instants.day_of(_begins(quarter))


def phases(year: int) -> Iterator[tuple[str, datetime]]:
    """新月, 上弦, 満月 and 下弦 of a year in Japan, and when they begin. Raises OutOfRange."""
    require_year(year)
    quarter = quarter_on(date(year, 1, 1))
    while (at := phase_at(quarter)).year <= year:
        if at.year == year:
            yield _PHASES[quarter % 4], at
        quarter += 1


def quarter_on(day: date) -> int:
    """The latest quarter dated on or before a day in Japan."""
    next_day = instants.midnight(day) + instants.SECONDS_PER_DAY
    return bisect_left(instants.quarters(), next_day) - 1 + instants.FIRST_QUARTER


def new_moon_on(day: date) -> int:
    """The latest new moon dated on or before a day in Japan, as a quarter number."""
    return quarter_on(day) // 4 * 4


def moon(day: date, old: Lunar, place: str) -> Moon:
    """The Moon of a day in Japan, seen from a place; `old` is the day in the lunar calendar."""
    quarter = quarter_on(day)
    rise, set_ = horizon.moon(day, place)
    return Moon(
        age=age(day),
        phase=_phase(quarter, day),
        name=NAMES.get(old.day),
        rise=rise,
        set=set_,
        next_new=_next(quarter, 0, day),
        next_full=_next(quarter, 2, day),
    )


def age(day: date) -> float:
    """正午月齢: days since the last new moon, to one decimal."""
    noon = instants.midnight(day) + instants.SECONDS_PER_DAY // 2
    new_moons = instants.new_moons()
    new = new_moons[bisect_right(new_moons, noon) - 1]
    return round((noon - new) / instants.SECONDS_PER_DAY, 1)


def tide(old: Lunar) -> str:
    """潮名 of a day of the lunar calendar: 大潮, 中潮, 小潮, 長潮 or 若潮."""
    return f"{TIDES[old.day - 1]}潮"


def _phase(quarter: int, day: date) -> str:
    if _begins(quarter) >= instants.midnight(day):
        return _PHASES[quarter % 4]
    return f"{_PHASES[(quarter + 1) % 4]}へ向かう月"


def _next(quarter: int, phase: int, day: date) -> datetime:
    candidate = quarter + (phase - quarter) % 4
    return phase_at(candidate if _begins(candidate) >= instants.midnight(day) else candidate + 4)


def _begins(quarter: int) -> int:
    return instants.quarters()[quarter - instants.FIRST_QUARTER]
