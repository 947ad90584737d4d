"""Why a reading says what it says, in English.

The facts of the sky come as Japanese sentences of the few forms that `horoscope/facts.py` writes,
so they are read back by those forms. A sentence of no form known here would stay Japanese; a test
holds that there is none.
"""

import re
from collections.abc import Callable
from typing import Final

from kirosample.web.english import ordinal

Word = Callable[[str, str], str]
"""A word of a kind, in English."""

_ANGLES: Final = {
    "0": "stand together, at almost 0°",
    "60": "support each other at almost 60°",
    "90": "pull against each other at almost 90°",
    "120": "are in harmony at almost 120°",
    "180": "face each other at almost 180°",
}
_TO_SIGN: Final = {
    "60": "supporting your sign at 60°",
    "90": "pulling against your sign at 90°",
    "120": "in harmony with your sign at 120°",
    "180": "facing your sign at 180°",
}
_THROUGH_HOUSE: Final = re.compile("(.+)は(.+)にあり、あなたの第(.+)室（(.+)）を通っています。")
_SEEN_FROM_SIGN: Final = re.compile("(.+)は(.+)にあり、あなたの星座と(.+)度で.+います。")
_BETWEEN: Final = re.compile("(.+?)と(.+)がほぼ(.+)度で.+います。")
_RETROGRADE: Final = re.compile("(.+)は逆行中です。")
_PHASE: Final = re.compile("月の満ち欠けは、(.+)です。")
_SEASON: Final = re.compile("(太陽)は(.+)を進んでいます。")


def reason(sentence: str, word: Word) -> str | None:
    """The fact in English, or None for a sentence of no form known."""

    def body(name: str) -> str:
        named = word("body", name)
        return f"The {named}" if named in ("Sun", "Moon") else named

    def of(form: re.Pattern[str]) -> tuple[str, ...]:
        match = form.fullmatch(sentence)
        return match.groups() if match else ()

    if found := of(_THROUGH_HOUSE):
        who, sign, number, house = found
        place = f"{number}{ordinal(int(number))} house ({word('house', house)})"
        return f"{body(who)} is in {word('sign', sign)}, passing through your {place}."
    if found := of(_SEEN_FROM_SIGN):
        who, sign, angle = found
        return f"{body(who)} is in {word('sign', sign)}, {_TO_SIGN[angle]}."
    if found := of(_BETWEEN):
        one, other, angle = found
        return f"{body(one)} and {_within(body(other))} {_ANGLES[angle]}."
    if found := of(_RETROGRADE):
        return f"{body(found[0])} is retrograde."
    if found := of(_PHASE):
        return f"{word('time of the moon', found[0])}."
    if found := of(_SEASON):
        return f"The Sun is passing through {word('sign', found[1])}."
    return None


def _within(name: str) -> str:
    """As it stands within a sentence."""
    return name.replace("The ", "the ")
