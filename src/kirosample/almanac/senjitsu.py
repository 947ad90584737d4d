"""選日: days that popular almanacs call lucky or unlucky.

No authority publishes them. The rules are those that the National Diet Library gives (日本の暦),
and publishers of calendars print days that agree:

- 天赦日: 戊寅 from 立春, 甲午 from 立夏, 戊申 from 立秋, 甲子 from 立冬.
- 一粒万倍日: two of the twelve branches in each 節月, which begins with a 節 (立春, 啓蟄 and so
  on). The table unites two older methods, as calendars do now.
- 甲子の日, 己巳の日, 巳の日 and 寅の日: the day's own 干支.
- 不成就日: every eighth day of the lunar month (旧暦); a leap month is like the one before it. Some
  writers state the rule for the 節月, or take the last day of a short month for the missing 30th.
  Published lists do neither.
"""

from collections.abc import Collection, Iterator

from kirosample.almanac.sexagenary import name_of_cycle
from kirosample.almanac.words import Word, load_words

NO_SUCCESS = "不成就日"
NAMES = ("天赦日", "一粒万倍日", "甲子の日", "己巳の日", "巳の日", "寅の日", NO_SUCCESS)
"""The names in the order in which a day gives them."""

_PARDONS = ("戊寅", "甲午", "戊申", "甲子")

# From the 12th 節月 (小寒), which begins the calendar year.
_TEN_THOUSANDFOLD = (
    "卯子", "丑午", "酉寅", "子卯", "卯辰", "巳午", "酉午", "子未", "卯申", "酉午", "酉戌", "亥子",
)  # fmt: skip

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
    """The names but 不成就日, by the term, 1 (小寒) to 24, and the place in the cycle of 60.

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
