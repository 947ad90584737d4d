"""The rules for words that the composing of readings relies on.

Only the composing begins a sentence with a conjunction, and nothing speaks of the office on days
off.
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
    for line in (text, off):
        for language, written in zip(Text._fields, line or (), strict=False):
            _check_letters(language, written)
            assert _ENDS[language].search(written), f"no full stop: {written}"
            assert not _NOT_BEGINNINGS[language].match(written), f"a conjunction: {written}"
            if line is off or off is None:
                _check_day_off(language, written)


def check_headline(headline: Text) -> None:
    for language, written in headline._asdict().items():
        _check_letters(language, written)
        assert len(written) <= HEADLINE_LENGTHS[language], written
        assert not written.endswith(("。", ".")), written
        _check_day_off(language, written)


def check_joins(text: Text) -> None:
    """Check that a development may follow a conjunction, in lower case."""
    assert not _KEEPS_ITS_CAPITAL.match(text.en), f"after “That said, ”: {text.en}"


def _check_letters(language: str, written: str) -> None:
    assert _LETTERS[language].search(written), written
    assert language == "ja" or not _JAPANESE.search(written), written


def _check_day_off(language: str, written: str) -> None:
    assert not OFFICE[language].search(written), f"the office on a day off: {written}"
