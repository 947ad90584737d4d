"""How facts are written in Japanese: the `Formats` of `formats.py`."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from kirosample import almanac
from kirosample.quotes import Author
from kirosample.web.i18n.formats import family_name, lifetime

WEEKDAYS: Sequence[str] = tuple(almanac.WEEKDAYS)

_ANIMALS: Final = dict(
    zip(
        "子丑寅卯辰巳午未申酉戌亥",
        ["ね", "うし", "とら", "う", "たつ", "み", "うま", "ひつじ", "さる", "とり", "いぬ", "い"],
        strict=True,
    )
)
_KATAKANA: Final = ord("ア") - ord("あ")
_LARGE: Final = str.maketrans("ぁぃぅぇぉっゃゅょ", "あいうえおつやゆよ")


def long_date(day: date) -> str:
    """2026年11月24日（火）"""
    return f"{day_of_year(day)}（{WEEKDAYS[day.weekday()]}）"


def day_of_year(day: date) -> str:
    """2026年11月24日"""
    return f"{day.year}年{day.month}月{day.day}日"


def short_date(day: date) -> str:
    """11月24日（火）"""
    return f"{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"


def sent_date(day: date) -> str:
    """11/24(火), short enough for a message"""
    return f"{day.month}/{day.day}({WEEKDAYS[day.weekday()]})"


def weekday(day: date) -> str:
    """火曜日"""
    return f"{WEEKDAYS[day.weekday()]}曜日"


def month(day: date) -> str:
    """11月"""
    return f"{day.month}月"


def birthday(month_and_day: tuple[int, int]) -> str:
    """3月21日"""
    return f"{month_and_day[0]}月{month_and_day[1]}日"


def moment(at: datetime) -> str:
    """12月7日 11:52, with a non-breaking space"""
    return f"{at.month}月{at.day}日\u00a0{almanac.clock(at)}"


def years(author: Author) -> str:
    """1886–1912, 前551–前479, or 1155頃–1216"""
    return lifetime(author, before_our_era="前{}", circa="{}頃")


def index(author: Author) -> str:
    """しえいくすひあ: the kana in the order of 五十音, by the family name of Western authors."""
    name = author.reading or family_name(author.name.ja, "・")
    kana = "".join(
        chr(ord(each) - _KATAKANA) if "ァ" <= each <= "ヶ" else each
        for each in unicodedata.normalize("NFD", name)
    )
    return re.sub("[^ぁ-ん]", "", kana).translate(_LARGE)


def initial(index: str) -> str:
    """さ, the row of 五十音 that しえいくすひあ is in"""
    return max((row for row in "あかさたなはまやらわ" if row <= index), default="")


def era_year(era: almanac.Era) -> str:
    """令和8年; the first is 元年."""
    return f"{era.name}{'元' if era.year == 1 else era.year}年"


def lunar_date(old: almanac.Lunar) -> str:
    """10月16日, or 閏5月2日"""
    return f"{'閏' if old.leap else ''}{old.month}月{old.day}日"


def eto(name: str) -> str:
    """丙午"""
    return name


def eto_year(name: str) -> str:
    """丙午（うま年）"""
    return f"{name}（{_ANIMALS[name[1]]}年）"


def ordinal(rank: int) -> str:
    """位"""
    del rank
    return "位"
