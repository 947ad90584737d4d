"""The twelve readings of a day."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from kirosample.horoscope.composing import compositions
from kirosample.horoscope.facts import Fact
from kirosample.horoscope.lucky import Lucky, lucky
from kirosample.horoscope.scores import scores
from kirosample.horoscope.signs import POSITION, SIGNS


@dataclass(frozen=True, slots=True)
class Reading:
    """One sign's day: rank 1 to 12, scores 1 to 5, the text, and the facts it follows from."""

    date: date
    sign: str
    name: str
    rank: int
    overall: int
    love: int
    work: int
    money: int
    text: str
    lucky: Lucky
    because: tuple[Fact, ...]


@lru_cache(maxsize=64)
def readings(d: date) -> tuple[Reading, ...]:
    """The twelve readings in order of rank; ValueError outside 1900-01-01 to 2100-12-31."""
    ranked = scores(d)
    composed = compositions(d)
    return tuple(
        Reading(
            date=d,
            sign=score.sign,
            name=SIGNS[POSITION[score.sign]].name,
            rank=score.rank,
            overall=score.overall,
            love=score.love,
            work=score.work,
            money=score.money,
            text=composed[score.sign].text,
            lucky=lucky(d, score.sign),
            because=composed[score.sign].because,
        )
        for score in ranked
    )


def reading(d: date, sign_id: str) -> Reading:
    """One sign's reading; KeyError for an unknown sign, ValueError as `readings`."""
    if sign_id not in POSITION:
        raise KeyError(sign_id)
    return next(reading for reading in readings(d) if reading.sign == sign_id)
