"""How facts are written in English: the `Forms` of `forms.py`."""

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from kirosample import almanac
from kirosample.quotes import Quote
from kirosample.web.forms import lifetime

WEEKDAYS: Sequence[str] = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_ERAS: Final = {
    "令和": "Reiwa",
    "平成": "Heisei",
    "昭和": "Shōwa",
    "大正": "Taishō",
    "明治": "Meiji",
}
_STEMS: Final = {
    "甲": ("kinoe", "Wood"),
    "乙": ("kinoto", "Wood"),
    "丙": ("hinoe", "Fire"),
    "丁": ("hinoto", "Fire"),
    "戊": ("tsuchinoe", "Earth"),
    "己": ("tsuchinoto", "Earth"),
    "庚": ("kanoe", "Metal"),
    "辛": ("kanoto", "Metal"),
    "壬": ("mizunoe", "Water"),
    "癸": ("mizunoto", "Water"),
}
"""Each stem's name and element."""

_BRANCHES: Final = {
    "子": ("ne", "Rat"),
    "丑": ("ushi", "Ox"),
    "寅": ("tora", "Tiger"),
    "卯": ("u", "Rabbit"),
    "辰": ("tatsu", "Dragon"),
    "巳": ("mi", "Snake"),
    "午": ("uma", "Horse"),
    "未": ("hitsuji", "Sheep"),
    "申": ("saru", "Monkey"),
    "酉": ("tori", "Rooster"),
    "戌": ("inu", "Dog"),
    "亥": ("i", "Boar"),
}
"""Each branch's name and animal."""


def long_date(day: date) -> str:
    """Tuesday, 24 November 2026"""
    return f"{weekday(day)}, {day_of_year(day)}"


def day_of_year(day: date) -> str:
    """24 November 2026"""
    return f"{day.day} {month(day)} {day.year}"


def short_date(day: date) -> str:
    """Tue 24 Nov"""
    return f"{weekday(day)[:3]} {day.day} {month(day)[:3]}"


def weekday(day: date) -> str:
    """Tuesday"""
    return WEEKDAYS[day.weekday()]


def month(day: date) -> str:
    """November"""
    return _MONTHS[day.month - 1]


def birthday(month_and_day: tuple[int, int]) -> str:
    """21 March"""
    return f"{month_and_day[1]}\u00a0{_MONTHS[month_and_day[0] - 1]}"


def moment(at: datetime) -> str:
    """7 Dec, 11:52, which no line breaks apart"""
    return f"{at.day}\u00a0{month(at)[:3]},\u00a0{almanac.clock(at)}"


def years(quote: Quote) -> str:
    """1886–1912, 551–479 BC, or 63 BC–14"""
    written = lifetime(quote, before_our_era="{} BC")
    return written.replace(" BC–", "–") if written.endswith(" BC") else written


def era_year(era: almanac.Era) -> str:
    """Reiwa 8"""
    return f"{_ERAS[era.name]} {era.year}"


def lunar_date(old: almanac.Lunar) -> str:
    """10th month, day 16, or leap 5th month, day 2"""
    return f"{'leap ' if old.leap else ''}{old.month}{ordinal(old.month)} month, day\u00a0{old.day}"


def eto(name: str) -> str:
    """Fire Horse (Hinoe-uma)"""
    stem, element = _STEMS[name[0]]
    branch, animal = _BRANCHES[name[1]]
    return f"{element} {animal} ({stem.capitalize()}-{branch})"


def ordinal(rank: int) -> str:
    """st, nd, rd or th"""
    if rank % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")


def plain(text: str) -> str:
    """The text as names are compared that a reader types without their accents."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(each for each in parts if not unicodedata.combining(each)).casefold()
