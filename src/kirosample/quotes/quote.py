"""One quotation, and the fixed words of the catalogue."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple, get_args

from kirosample.text import Text

Topic = Literal[
    "人生", "時間", "自然", "季節", "学び", "仕事", "友情", "愛", "勇気", "希望", "幸福", "知恵",
    "言葉", "美", "芸術", "自分", "世間", "孤独", "旅", "自由", "日常", "習慣", "心", "読書",
]  # fmt: skip
TOPICS: Final[tuple[Topic, ...]] = get_args(Topic)

Status = Literal["verified", "copied", "cited"]
"""Read in the published text or a scholarly edition, named in `seen`; read in a copy that others
made, without an edition, named in `seen`; or only cited: its text was not at hand."""

STATUSES: Final[tuple[Status, ...]] = get_args(Status)

LANGUAGES = {
    "ang": "古英語", "ar": "アラビア語", "bn": "ベンガル語", "cs": "チェコ語",
    "da": "デンマーク語", "de": "ドイツ語", "en": "英語", "es": "スペイン語",
    "fa": "ペルシア語", "fr": "フランス語", "grc": "古代ギリシア語", "it": "イタリア語",
    "ja": "日本語", "la": "ラテン語", "nl": "オランダ語", "no": "ノルウェー語", "pi": "パーリ語",
    "pl": "ポーランド語", "pt": "ポルトガル語", "ru": "ロシア語", "sa": "サンスクリット",
    "sv": "スウェーデン語", "zh": "漢文・中国語",
}  # fmt: skip
"""Languages an original may be in (BCP 47 tags) and their Japanese names."""


@dataclass(frozen=True, slots=True)
class Author:
    """An author. `reading` is the Japanese name in kana, None if the name has no kanji.

    Years BC are negative; `born_circa` and `died_circa` say that a year is uncertain.
    """

    name: Text
    reading: str | None = None
    born: int | None = None
    died: int | None = None
    born_circa: bool = False
    died_circa: bool = False


class Season(NamedTuple):
    """The days of every year on which a quote is in season: MM-DD, both included.

    A season that begins later than it ends goes over the end of the year.
    """

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation with its source, in both languages.

    `original` and `language` (BCP 47) are set if the words are not Japanese, also for classical
    Chinese. `text` has the original itself where that is English. A full-width space ends a line of
    Japanese verse, " / " one of any other. `ruby` is the Japanese text with furigana and phrases as
    in `ruby.py`, or None. `status` is "verified" (read in the published text or a scholarly
    edition), "copied" (read in a copy that others made) or "cited" (not read); `seen` names what
    was read. It is the quote of the days `on`, whatever their turn is.
    """

    id: str
    text: Text
    author: Author
    source: Text
    original: str | None
    language: str | None
    topics: tuple[Topic, ...]
    status: Status
    seen: Text | None
    season: Season | None = None
    ruby: str | None = None
    on: tuple[date, ...] = ()

    def translated_from(self, language: Literal["ja", "en"]) -> tuple[str, str] | None:
        """The original and its language, where `text` in this language is a translation."""
        original = (self.original or self.text.ja, self.language or "ja")
        return None if original[1] == language else original


def lines(text: str) -> list[str]:
    """The lines of verse, or all of a text in prose."""
    return re.split("　| / ", text)
