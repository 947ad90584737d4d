"""How facts are written in English: the `Formats` of `formats.py`."""

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from kirosample import almanac
from kirosample.quotes import Author
from kirosample.web.i18n.formats import family_name, lifetime

WEEKDAYS: Sequence[str] = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_ERAS: Final = {
    "令和": "Reiwa", "平成": "Heisei", "昭和": "Shōwa", "大正": "Taishō", "明治": "Meiji",
}  # fmt: skip
_STEMS: Final = {
    "甲": ("kinoe", "Wood"), "乙": ("kinoto", "Wood"),
    "丙": ("hinoe", "Fire"), "丁": ("hinoto", "Fire"),
    "戊": ("tsuchinoe", "Earth"), "己": ("tsuchinoto", "Earth"),
    "庚": ("kanoe", "Metal"), "辛": ("kanoto", "Metal"),
    "壬": ("mizunoe", "Water"), "癸": ("mizunoto", "Water"),
}  # fmt: skip
"""Each stem's name and element."""

_BRANCHES: Final = {
    "子": ("ne", "Rat"), "丑": ("ushi", "Ox"), "寅": ("tora", "Tiger"),
    "卯": ("u", "Rabbit"), "辰": ("tatsu", "Dragon"), "巳": ("mi", "Snake"),
    "午": ("uma", "Horse"), "未": ("hitsuji", "Sheep"), "申": ("saru", "Monkey"),
    "酉": ("tori", "Rooster"), "戌": ("inu", "Dog"), "亥": ("i", "Boar"),
}  # fmt: skip
"""Each branch's name and animal."""


def long_date(day: date) -> str:
    """Tuesday, November 24, 2026"""
    return f"{weekday(day)}, {day_of_year(day)}"


def day_of_year(day: date) -> str:
    """November 24, 2026"""
    return f"{month(day)} {day.day}, {day.year}"


def short_date(day: date) -> str:
    """Tue, Nov 24"""
    return f"{weekday(day)[:3]}, {month(day)[:3]} {day.day}"


def sent_date(day: date) -> str:
    """Tue, Nov 24"""
    return short_date(day)


def weekday(day: date) -> str:
    """Tuesday"""
    return WEEKDAYS[day.weekday()]


def month(day: date) -> str:
    """November"""
    return _MONTHS[day.month - 1]


def birthday(month_and_day: tuple[int, int]) -> str:
    """March 21, with a non-breaking space"""
    return f"{_MONTHS[month_and_day[0] - 1]}\u00a0{month_and_day[1]}"


def moment(at: datetime) -> str:
    """Dec 7, 11:52, with non-breaking spaces"""
    return f"{month(at)[:3]}\u00a0{at.day},\u00a0{almanac.clock(at)}"


def years(author: Author) -> str:
    """1886–1912, 551–479 BC, 63 BC–14, or c. 1155–1216"""
    written = lifetime(author, before_our_era="{} BC", circa="c.\u00a0{}")
    return written.replace(" BC–", "–") if written.endswith(" BC") else written


def index(author: Author) -> str:
    """SHAKESPEARE: East Asian names, which have a reading, begin with the family's."""
    name = author.name.en if author.reading else family_name(author.name.en, " ")
    return unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode().upper()


def initial(index: str) -> str:
    """S"""
    return index[:1]


def era_year(era: almanac.Era) -> str:
    """Reiwa 8"""
    return f"{era_name(era)} {era.year}"


def era_name(era: almanac.Era) -> str:
    """Reiwa"""
    return _ERAS[era.name]


def lunar_date(old: almanac.Lunar) -> str:
    """10th month, day 16, or leap 5th month, day 2"""
    return f"{'leap ' if old.leap else ''}{old.month}{ordinal(old.month)} month, day\u00a0{old.day}"


def eto(name: str) -> str:
    """Fire Horse (Hinoe-uma)"""
    stem, element = _STEMS[name[0]]
    branch, animal = _BRANCHES[name[1]]
    return f"{element} {animal} ({stem.capitalize()}-{branch})"


def eto_year(name: str) -> str:
    """Fire Horse (Hinoe-uma)"""
    return eto(name)


def ordinal(rank: int) -> str:
    """st, nd, rd or th"""
    if rank % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
