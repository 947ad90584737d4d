"""干支: the sexagenary cycle of years and days."""

from datetime import date

from kirosample.almanac.model import Eto

_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"


def day_index(day: date) -> int:
    """The place of a day in the cycle, 0 for 甲子. 2000-01-01 was 戊午, 54."""
    return (day.toordinal() + 14) % 60


def days_until(branch: str, day: date) -> int:
    """Days from a day to the first of a branch, such as 丑, on or after it."""
    return (_BRANCHES.index(branch) - day_index(day)) % 12


def eto(day: date) -> Eto:
    """干支 of the day and of its year, which begins on 1 January (4 CE was 甲子)."""
    return Eto(year=_name(day.year - 4), day=name_of_day(day))


def name_of_day(day: date) -> str:
    """干支 of a day, such as 甲子: its stem and its branch."""
    return _name(day_index(day))


def _name(index: int) -> str:
    return _STEMS[index % 10] + _BRANCHES[index % 12]
