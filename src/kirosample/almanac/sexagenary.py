"""干支: the sexagenary cycle of years, months and days, and 恵方, which follows the year's stem."""

from datetime import date

from kirosample.almanac.model import Eto

_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"

# By the last digit of the year, which gives its stem: 庚 or 乙, 辛 or 丙, and so on.
EHO = ("西南西", "南南東", "北北西", "南南東", "東北東")


def day_index(day: date) -> int:
    """The place of a day in the cycle, 0 for 甲子. 2000-01-01 was 戊午, 54."""
    return (day.toordinal() + 14) % 60


def days_until(branch: str, day: date) -> int:
    """Days from a day to the first of a branch, such as 丑, on or after it."""
    return (_BRANCHES.index(branch) - day_index(day)) % 12


def eto_of_month(day: date) -> str:
    """干支 of a Gregorian month, such as 庚子: January is 寅, as calendars print it.

    The year's stem gives January's (五虎遁), and the year begins on 1 January, as in `eto`. Others
    count the months of the lunar calendar, or from one 節 to the next.
    """
    return name_of_cycle((day.year - 4) * 12 + day.month + 1)  # 丙寅, 2, begins a year of 甲


def eho(day: date) -> str:
    """恵方 of a year, the direction in which its deity of luck is: one of EHO.

    The year begins on 1 January; what is eaten on 節分 is eaten in the same direction.
    """
    return EHO[day.year % 5]


def eto(day: date) -> Eto:
    """干支 of the day and of its year, which begins on 1 January (4 CE was 甲子)."""
    return Eto(year=name_of_cycle(day.year - 4), day=name_of_day(day))


def name_of_day(day: date) -> str:
    """干支 of a day, such as 甲子: its stem and its branch."""
    return name_of_cycle(day_index(day))


def name_of_cycle(index: int) -> str:
    """The name of a place in the cycle, 甲子 for 0 and 60."""
    return _STEMS[index % 10] + _BRANCHES[index % 12]
