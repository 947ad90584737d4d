"""The twelve readings of a day: a text for each sign, and the facts behind it."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from kirosample.horoscope.lucky import Lucky, lucky
from kirosample.horoscope.points import find_influence
from kirosample.horoscope.ranking import Score, score, scores
from kirosample.horoscope.readings.days import FULL_MOON, NEW_MOON, fill
from kirosample.horoscope.readings.deals import choose_text, find_tone
from kirosample.horoscope.signs import POSITION, SIGNS
from kirosample.horoscope.sky import Fact, MoonPhase, Season, Sky, in_house, sky
from kirosample.horoscope.standings import change, standing
from kirosample.text import Text, split_sentences

SIDES: Final = {"bright": 1, "good": 1, "even": 0, "careful": -1, "low": -1}
"""What fits a tone: 1 if what helps does, -1 if what strains does, 0 if both do."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One sign's day: rank 1 to 12, `change` (places gained since the day before, negative when
    lost), scores 1 to 5, headline and text, the text's last sentence as its advice, and the facts
    that they follow from."""

    date: date
    sign: str
    name: Text
    rank: int
    change: int
    overall: int
    love: int
    work: int
    money: int
    headline: Text
    text: Text
    advice: Text
    lucky: Lucky
    because: tuple[Fact, ...]


@lru_cache(maxsize=64)
def readings(d: date) -> tuple[Reading, ...]:
    """The twelve readings in order of rank. Raises ValueError outside FIRST_DAY to LAST_DAY."""
    return tuple(_read(d, each) for each in scores(d))


@lru_cache(maxsize=512)
def reading(d: date, sign: str) -> Reading:
    """One sign's reading. Raises KeyError for an unknown sign, ValueError as `readings`."""
    return _read(d, score(d, standing(d, sign)))


def read_words(d: date, sign: str) -> tuple[Text, Text]:
    """The headline and the text of a sign's reading, without the sky of its day."""
    chosen, _ = choose_text(d, standing(d, sign))
    return chosen.headline, fill(chosen.text, chosen.fields, d)


def _read(d: date, scored: Score) -> Reading:
    chosen, kind = choose_text(d, scored)
    text = fill(chosen.text, chosen.fields, d)
    return Reading(
        d,
        scored.sign,
        SIGNS[POSITION[scored.sign]].name,
        scored.rank,
        change(d, scored.sign),
        scored.overall,
        scored.love,
        scored.work,
        scored.money,
        chosen.headline,
        text,
        Text(split_sentences(text.ja)[-1], split_sentences(text.en)[-1]),
        lucky(d, scored.sign),
        _find_reasons(sky(d), scored, kind),
    )


def _find_reasons(today: Sky, scored: Score, kind: str | None) -> tuple[Fact, ...]:
    """The subject's house, what influences the sign most, and of a special day the Moon or Sun."""
    subject = in_house(today["moon"], scored.sign)
    side = SIDES[find_tone(scored)]
    reasons = (subject, find_influence(today, scored.sign, scored.points, side))
    if kind is None:
        return reasons
    if kind == NEW_MOON or kind.startswith(FULL_MOON):
        return (*reasons, MoonPhase(full=kind != NEW_MOON))
    return (*reasons, Season(today["sun"].sign))
