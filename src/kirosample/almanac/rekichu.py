"""暦注 beside 六曜 and 選日: 鬼宿日 and 母倉日, which are lucky, and 三隣亡, which is not.

No authority publishes them. The rules are those that publishers of calendars state, and their
tables agree (tools/almanac/customs.toml):

- 鬼宿日: every 28th day. Japan's calendars give the 二十八宿 to the days in turn (since 1685), so
  that it is always a Friday; where the Moon is does not matter.
- 母倉日: two or four of the twelve branches in each 節月. The third 節月 of a season has 巳 and 午
  throughout; writers who give these to the days of 土用 alone agree with no published table.
- 三隣亡: 亥, 寅 and 午 in turn, from the 節月 that begins with 立春. Some sites print 戌 for 亥.
"""

from collections.abc import Iterator
from datetime import date

from kirosample.almanac.sexagenary import name_of_cycle

GHOST = "鬼宿日"
NAMES = (GHOST, "母倉日", "三隣亡")
"""The names in the order in which a day gives them."""

_A_GHOST = date(2026, 1, 2).toordinal()
MANSIONS = 28

# From the 12th 節月 (小寒), which begins the calendar year.
_MOTHERS_STORE = (
    "巳午", "亥子", "亥子", "巳午", "寅卯", "寅卯",
    "巳午", "丑辰未戌", "丑辰未戌", "巳午", "申酉", "申酉",
)  # fmt: skip
_THREE_NEIGHBORS = "午亥寅" * 4


def days_until_ghost(ordinal: int) -> int:
    """Days from a day to the first 鬼宿日 on or after it."""
    return (_A_GHOST - ordinal) % MANSIONS


def rekichu_of_cycle(term: int, index: int) -> Iterator[str]:
    """The names but 鬼宿日, by the term, 1 (小寒) to 24, and the place in the cycle of 60."""
    month = (term - 1) // 2
    branch = name_of_cycle(index)[1]
    if branch in _MOTHERS_STORE[month]:
        yield "母倉日"
    if branch == _THREE_NEIGHBORS[month]:
        yield "三隣亡"
