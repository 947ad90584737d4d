"""Composes the day's twelve readings from the lines.

A reading is an opening, a development, a deed and a closing, from the pools of its subject: the
house that the Moon is in. The twelve signs' houses differ, so no line is read twice on a day. The
Moon leaves a house within three days and is back after 24, and the index of a line is the day's
number modulo the size of its pool: a sign does not read a line again within those three days.
Opening, development and closing together return after 120 days, and with the same deed after 840
(`_deed_on`). So a reading follows from its date alone.

Some middle ranks close with a line about the season, a day such as New Year's Day, or the new or
full Moon, which belong to no subject. With the season three signs take turns on a day, each sign
every fourth day, and each has the line after that of its last turn.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from kirosample.almanac import holidays
from kirosample.almanac.astronomy.moon import day_of_phase, quarter_on
from kirosample.horoscope import lines
from kirosample.horoscope.facts import Fact, MoonPhase, Season, in_house
from kirosample.horoscope.influences import Influence, influences
from kirosample.horoscope.lines import Line, Lines, Pool
from kirosample.horoscope.lines.wording import CAUTION, COMFORT, uncapitalized
from kirosample.horoscope.scores import Score, scores
from kirosample.horoscope.signs import POSITION
from kirosample.horoscope.sky import Sky, sky
from kirosample.text import Text

_FIRST_PLACES: Final = 3
_LAST_PLACES: Final = 10
_AVERAGE: Final = 3

_SIDES: Final = {"bright": 1, "good": 1, "even": 0, "careful": -1, "low": -1}
_MANNERS: Final = {1: "push", 0: "steady", -1: "soft"}

_ROUND: Final = 60
"""Half the days after which an opening, a development and a closing return together.

With all of them three days in a row would not have three deeds where two rounds meet.
"""

_SEASON_TURN: Final = 4
"""Days between a sign's turns to close with the season."""

_SPECIAL_RANKS: Final = (4, 5, 6, 7)
"""Those that close with a special day or the Moon's phase."""

_NEW, _FULL = 0, 2
"""Quarters of the Moon."""

_WEEKEND: Final = 5
_YEAR_ENDS, _YEAR_HAS_BEGUN = (12, 29), (1, 3)


@dataclass(frozen=True, slots=True)
class Composition:
    """The headline and the text of a reading, and the facts that chose its lines."""

    headline: Text
    text: Text
    because: tuple[Fact, ...]


@lru_cache(maxsize=64)
def compositions(d: date) -> Mapping[str, Composition]:
    """The composition of each sign on a day."""
    today, ranked, known = sky(d), scores(d), lines.load()
    chosen = influences(today, [(score, _SIDES[tone(score)]) for score in ranked])
    return {score.sign: _compose(today, score, chosen[score.sign], known) for score in ranked}


def tone(score: Score) -> str:
    """The tone of a reading, from its place and stars."""
    if score.rank <= _FIRST_PLACES:
        return "bright"
    if score.rank >= _LAST_PLACES:
        return "low"
    if score.overall == _AVERAGE:
        return "even"
    return "good" if score.overall > _AVERAGE else "careful"


def is_day_off(d: date) -> bool:
    """Weekends, holidays, and the days around New Year on which offices are closed.

    As in the Act on Holidays of Administrative Organs (行政機関の休日に関する法律), article 1.
    """
    month_and_day = d.month, d.day
    return (
        d.weekday() >= _WEEKEND
        or month_and_day >= _YEAR_ENDS
        or month_and_day <= _YEAR_HAS_BEGUN
        or d in holidays(d.year)
    )


def _compose(today: Sky, score: Score, influence: Influence, known: Lines) -> Composition:
    d, day_off = today.date, is_day_off(today.date)
    subject = in_house(today["moon"], score.sign)
    # Each subject a day ahead of the one before: lines of one make have one place in their pools.
    number = d.toordinal() + subject.house
    pools = known.subjects[subject.house - 1]
    side = _SIDES[tone(score)]
    effect = "helps" if influence.points >= 0 else "strains"
    opening = _of_day(pools[f"opening.{tone(score)}"], number)
    development = _of_day(pools[f"development.{influence.voice}.{effect}"], number)
    deed = _deed_on(pools[f"deed.{_MANNERS[side]}"], number)
    closing, reason = _closing(today, score, known, pools, number)
    texts = [one.on(day_off) for one in (opening, development, deed, closing)]
    if side > 0 and effect == "strains":
        texts[1] = _joined(CAUTION, texts[1])
    elif side < 0 and effect == "helps":
        texts[1] = _joined(COMFORT, texts[1])
    because = (subject, influence.fact, *([reason] if reason else []))
    text = Text("".join(one.ja for one in texts), " ".join(one.en for one in texts))
    return Composition(opening.headline, text, because)


def _of_day(pool: Pool, number: int) -> Line:
    return pool[number % len(pool)]


def _deed_on(pool: Pool, number: int) -> Line:
    """The deed of a day: three days in a row have three, and each of seven rounds has another one.

    One more each week, because a day's number modulo seven is its weekday.
    """
    passed, day = divmod(number, _ROUND)
    return pool[(day + day // 7 + passed) % len(pool)]


def _joined(conjunction: Text, text: Text) -> Text:
    return Text(conjunction.ja + text.ja, conjunction.en + uncapitalized(text.en))


def _closing(
    today: Sky, score: Score, known: Lines, pools: Mapping[str, Pool], number: int
) -> tuple[Line, Fact | None]:
    """The last line, and the fact that chose it if the subject did not."""
    d = today.date
    if score.rank <= _FIRST_PLACES:
        return _of_day(pools["closing.first"], number), None
    if score.rank >= _LAST_PLACES:
        return _of_day(pools["closing.last"], number), None
    if special := _special(today, known):
        pool, fact = special
        if score.rank in _SPECIAL_RANKS:
            return pool[(d.toordinal() + score.rank) % len(pool)], fact
    else:
        turn, waits = divmod(d.toordinal() + POSITION[score.sign], _SEASON_TURN)
        if not waits:
            season = known.season(d)
            return season[turn % len(season)], Season(today["sun"].sign)
    return _of_day(pools["closing.middle"], number), None


def _special(today: Sky, known: Lines) -> tuple[Pool, Fact] | None:
    """The lines of a day that is like no other, or on which the Moon is new or full."""
    d = today.date
    if pool := known.day(d):
        return pool, Season(today["sun"].sign)
    quarter = quarter_on(d)
    if day_of_phase(quarter) != d or quarter % 4 not in (_NEW, _FULL):
        return None
    full = quarter % 4 == _FULL
    return known.full_moon if full else known.new_moon, MoonPhase(full)
