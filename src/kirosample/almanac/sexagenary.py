"""干支: the sexagenary cycle of years, months and days, and 恵方, which follows the year's stem.

With 選日 and other 暦注: days that popular almanacs call lucky or unlucky by it.

No authority publishes them. The rules of 選日 are those that the National Diet Library gives
(日本の暦), and publishers of calendars print days that agree:

- 天赦日: 戊寅 from 立春, 甲午 from 立夏, 戊申 from 立秋, 甲子 from 立冬.
- 一粒万倍日: two of the twelve branches in each 節月, which begins with a 節 (立春, 啓蟄 and so
  on). The table unites two older methods, as calendars do now.
- 甲子の日, 己巳の日, 巳の日 and 寅の日: the day's own 干支.
- 不成就日: every eighth day of the lunar month (旧暦); a leap month is like the one before it. Some
  writers state the rule for the 節月, or take the last day of a short month for the missing 30th.
  Published lists do neither.

The rules of the others are those that publishers of calendars state, and their tables agree
(tools/almanac/customs.toml). 鬼宿日 and 母倉日 are lucky, 三隣亡 is not:

- 鬼宿日: every 28th day. Japan's calendars give the 二十八宿 to the days in turn (since 1685), so
  that it is always a Friday; where the Moon is does not matter.
- 母倉日: two or four of the twelve branches in each 節月. The third 節月 of a season has 巳 and 午
  throughout; writers who give these to the days of 土用 alone agree with no published table.
- 三隣亡: 亥, 寅 and 午 in turn, from the 節月 that begins with 立春. Some sites print 戌 for 亥.
"""

from collections.abc import Collection, Iterator
from datetime import date

from kirosample.almanac.model import Eto
from kirosample.almanac.words import Word, load_words

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


NO_SUCCESS = "不成就日"
SENJITSU = ("天赦日", "一粒万倍日", "甲子の日", "己巳の日", "巳の日", "寅の日", NO_SUCCESS)
"""The 選日 in the order in which a day gives them."""

GHOST = "鬼宿日"
REKICHU = (GHOST, "母倉日", "三隣亡")
"""The others in this order."""

_A_GHOST = date(2026, 1, 2).toordinal()
MANSIONS = 28

_PARDONS = ("戊寅", "甲午", "戊申", "甲子")

# From the 12th 節月 (小寒), which begins the calendar year.
_TEN_THOUSANDFOLD = (
    "卯子", "丑午", "酉寅", "子卯", "卯辰", "巳午", "酉午", "子未", "卯申", "酉午", "酉戌", "亥子",
)  # fmt: skip
_MOTHERS_STORE = (
    "巳午", "亥子", "亥子", "巳午", "寅卯", "寅卯",
    "巳午", "丑辰未戌", "丑辰未戌", "巳午", "申酉", "申酉",
)  # fmt: skip
_THREE_NEIGHBORS = "午亥寅" * 4

# The first one of each lunar month, from the first.
_WITHOUT_SUCCESS = (3, 2, 1, 4, 5, 6) * 2


def is_without_success(month: int, day: int) -> bool:
    """Whether a day of a lunar month is a 不成就日."""
    return (day - _WITHOUT_SUCCESS[month - 1]) % 8 == 0


def without_twice(names: Collection[str]) -> list[str]:
    """The names of a day, on which a 己巳の日 is not called a 巳の日 as well."""
    return [name for name in names if f"己{name}" not in names]


def senjitsu_words(names: Collection[str]) -> list[Word]:
    """The words of a day's 選日."""
    words = load_words().senjitsu
    return [words[name] for name in without_twice(names)]


def senjitsu_of_cycle(term: int, index: int) -> Iterator[str]:
    """The 選日 but 不成就日, by the term, 1 (小寒) to 24, and the place in the cycle of 60.

    A 己巳の日 is a 巳の日 too.
    """
    eto = name_of_cycle(index)
    branch = eto[1]
    if eto == _PARDONS[(term - 3) // 6 % 4]:  # 立春 is the third term of the calendar year
        yield "天赦日"
    if branch in _TEN_THOUSANDFOLD[(term - 1) // 2]:
        yield "一粒万倍日"
    if eto in ("甲子", "己巳"):
        yield f"{eto}の日"
    if branch in "巳寅":
        yield f"{branch}の日"


def days_until_ghost(ordinal: int) -> int:
    """Days from a day to the first 鬼宿日 on or after it."""
    return (_A_GHOST - ordinal) % MANSIONS


def rekichu_of_cycle(term: int, index: int) -> Iterator[str]:
    """The others but 鬼宿日, by the term, 1 (小寒) to 24, and the place in the cycle of 60."""
    month = (term - 1) // 2
    branch = name_of_cycle(index)[1]
    if branch in _MOTHERS_STORE[month]:
        yield "母倉日"
    if branch == _THREE_NEIGHBORS[month]:
        yield "三隣亡"
