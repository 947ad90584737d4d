"""The rules that all words of the horoscope keep."""

import re
from typing import Final

from kirosample.text import Text

HEADLINE_LENGTHS: Final = {"ja": 22, "en": 48}

OFFICE: Final = {
    "ja": re.compile("職場|会社|課長|上司|部下|同僚|残業|通勤|出勤|取引|締め切り|締切|〆切"),
    "en": re.compile(r"\b(?:co-?worker|commut|deadline|overtime)", re.I),
}
UNKIND: Final = {
    "ja": re.compile("不運|不幸|最悪|事故|災難|災い|病気|怪我|離婚|裁判|浮気|投資|株価|宝くじ"),
    "en": re.compile(r"\b(?:accident|dying|illness|disease|divorce|lawsuit|lottery)\b", re.I),
}
NEVER: Final = re.compile(
    "おすすめ|最適|にぴったり|が吉|片づけましょう|片づけて(?:ください|みて|おき)|掃除|整頓|捨てましょう|"
    r"\b(?:perfect for|recommended|tidy|clean up|clean out|declutter)\b",
    re.I,
)
"""Advertisement, and tidying: on New Year's Day it would sweep out the year's luck."""

_ENDS: Final = {"ja": re.compile("[。？！」]$"), "en": re.compile(r"[.?!…][”\")]?$")}
_LETTERS: Final = {"ja": re.compile("[ぁ-ヿ一-鿿]"), "en": re.compile("[A-Za-z]")}
_JAPANESE: Final = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uff9f]")


def check_text(text: Text, *, day_off: bool = True) -> None:
    """Check words in both languages; nothing speaks of the office on days off."""
    for language, written in zip(Text._fields, text, strict=True):
        _check(language, written, day_off)
        assert _ENDS[language].search(written), f"no full stop: {written}"


def check_headline(headline: Text, *, day_off: bool = True) -> None:
    for language, written in zip(Text._fields, headline, strict=True):
        _check(language, written, day_off)
        assert len(written) <= HEADLINE_LENGTHS[language], written
        assert not written.endswith(("。", ".")), written


def _check(language: str, written: str, day_off: bool) -> None:
    assert _LETTERS[language].search(written), written
    assert language == "ja" or not _JAPANESE.search(written), written
    assert not UNKIND[language].search(written), written
    assert not (day_off and OFFICE[language].search(written)), f"the office: {written}"
