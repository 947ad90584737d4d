"""The rules for words that the composing of readings relies on.

Only the composing begins a sentence with a conjunction, and nothing speaks of the office on days
off. A check raises ValueError with the field and what is wrong.
"""

import re
from typing import Final

from kirosample.text import Text

HEADLINE_LENGTHS: Final = {"ja": 22, "en": 48}

OFFICE: Final = {
    "ja": re.compile(
        "職場|会議|上司|部下|同僚|残業|通勤|出勤|仕事場|オフィス|取引|締め切り|締切|〆切"
    ),
    "en": re.compile(r"\b(?:office|meeting|boss|co-?worker|commut|deadline|overtime)", re.I),
}
_ENDS: Final = {"ja": re.compile(r"[。？]」?$"), "en": re.compile(r"[.?][”\"]?$")}
_NOT_BEGINNINGS: Final = {
    "ja": re.compile("ただ、|それでも|しかし|でも、|けれど"),
    "en": re.compile(r"(?:That said|Still|However|But|Yet)[ ,]"),
}
_LETTERS: Final = {"ja": re.compile("[ぁ-ヿ一-鿿]"), "en": re.compile("[A-Za-z]")}
_JAPANESE: Final = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uff9f]")
_KEEPS_ITS_CAPITAL: Final = re.compile(r"I\b|[^A-Z]")


def check_line(text: Text, off: Text | None) -> None:
    """Check a line and its variant for days off."""
    for path, one in (("", text), ("off.", off)):
        for language, written in zip(Text._fields, one or (), strict=False):
            _check_letters(path + language, language, written)
            if not _ENDS[language].search(written):
                raise ValueError(f"{path}{language}: must end with a full stop")
            if match := _NOT_BEGINNINGS[language].match(written):
                raise ValueError(f"{path}{language}: must not begin with “{match[0]}”")
            if one is off or off is None:
                _check_day_off(path + language, language, written)


def check_headline(headline: Text) -> None:
    for language, written in headline._asdict().items():
        field, most = f"headline.{language}", HEADLINE_LENGTHS[language]
        _check_letters(field, language, written)
        if len(written) > most:
            raise ValueError(f"{field}: {len(written)} characters, at most {most}")
        if written.endswith(("。", ".")):
            raise ValueError(f"{field}: must not end with a full stop")
        _check_day_off(field, language, written)


def check_joins(text: Text) -> None:
    """Check that a development may follow a conjunction."""
    if _KEEPS_ITS_CAPITAL.match(text.en):
        raise ValueError("en: must begin with a word that can follow “That said, ” in lower case")


def _check_letters(field: str, language: str, written: str) -> None:
    if not _LETTERS[language].search(written):
        raise ValueError(f"{field}: must be in {'Japanese' if language == 'ja' else 'English'}")
    if language == "en" and (match := _JAPANESE.search(written)):
        raise ValueError(f"{field}: “{match[0]}” is Japanese")


def _check_day_off(field: str, language: str, written: str) -> None:
    if match := OFFICE[language].search(written):
        raise ValueError(f"{field}: “{match[0]}” on a day off: needs a variant `off` without it")
