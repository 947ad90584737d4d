"""The twelve readings of a day."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from kirosample.horoscope.composing import compose
from kirosample.horoscope.facts import Fact
from kirosample.horoscope.lucky import Lucky, lucky
from kirosample.horoscope.scores import Score, score, scores
from kirosample.horoscope.signs import POSITION, SIGNS
from kirosample.text import Text


@dataclass(frozen=True, slots=True)
class Reading:
    """One sign's day: rank 1 to 12, `change` (places gained since the day before, negative when
    lost), scores 1 to 5, headline and text, the text's advice (its deed, or else its closing), and
    the facts that they follow from."""

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
    return tuple(_reading(d, score) for score in scores(d))


@lru_cache(maxsize=512)
def reading(d: date, sign_id: str) -> Reading:
    """One sign's reading. Raises KeyError for an unknown sign, ValueError as `readings`."""
    return _reading(d, score(d, sign_id))


def _reading(d: date, scored: Score) -> Reading:
    composed = compose(d, scored)
    return Reading(
        d,
        scored.sign,
        SIGNS[POSITION[scored.sign]].name,
        scored.rank,
        scored.change,
        scored.overall,
        scored.love,
        scored.work,
        scored.money,
        composed.headline,
        composed.text,
        composed.advice,
        lucky(d, scored.sign),
        composed.because,
    )
