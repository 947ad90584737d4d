"""Composes the day's twelve readings from the lines that are dealt to them.

A reading is an opening, a development, and a deed, a closing or both, from the pools of its
subject: the house that the Moon is in. The twelve signs' houses differ, so no line is read twice on
a day. Which lines of the pools they are is in a table (`deals`).

Some middle ranks close with a line about the season, a day such as New Year's Day, or the new or
full Moon, if it fits the subject.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from kirosample.almanac import holidays
from kirosample.almanac.astronomy.moon import day_of_phase, quarter_on
from kirosample.horoscope import lines
from kirosample.horoscope.deals import CLOSINGS, Deal, deal
from kirosample.horoscope.facts import Fact, MoonPhase, Season, in_house
from kirosample.horoscope.influences import influences
from kirosample.horoscope.lines import Line, Lines, Pool
from kirosample.horoscope.lines.wording import CAUTION, COMFORT, uncapitalized
from kirosample.horoscope.ranking import Standing
from kirosample.horoscope.scores import Score
from kirosample.horoscope.signs import house
from kirosample.horoscope.sky import Sky, moon_sign, sky
from kirosample.horoscope.standings import standing
from kirosample.text import Text

_FIRST_PLACES: Final = 3
_LAST_PLACES: Final = 10
_AVERAGE: Final = 3

SIDES: Final = {"bright": 1, "good": 1, "even": 0, "careful": -1, "low": -1}
"""What fits a tone: 1 if what helps does, -1 if what strains does, 0 if both do."""
_NEIGHBORS: Final = {
    "bright": "good", "good": "even", "even": "good", "careful": "even", "low": "careful",
}  # fmt: skip
_CLOSINGS: Final = {"bright": "first", "low": "last"}
_MANNERS: Final = {1: ("push", "steady"), 0: ("steady", "soft"), -1: ("soft", "steady")}

_NEW, _FULL = 0, 2
"""Quarters of the Moon."""

_WEEKEND: Final = 5
_YEAR_ENDS, _YEAR_HAS_BEGUN = (12, 29), (1, 3)
_NEW_YEARS_DAY: Final = (1, 1)
_TIDY: Final = "tidy"
"""The kind that New Year's Day has no lines of: sweeping would sweep out the year's luck."""


@dataclass(frozen=True, slots=True)
class Composition:
    """The headline and the text of a reading, and the facts that chose its lines.

    `advice` is what the text says to do: its deed, or else its closing.
    """

    headline: Text
    text: Text
    advice: Text
    because: tuple[Fact, ...]


class Pools(NamedTuple):
    """What a sign's reading of a day is dealt from.

    `of_subject` has the developments. In the others the day's own lines come first, and then those
    that do as well.
    """

    of_subject: Mapping[str, Pool]
    opening: Pool
    deed: Pool
    closing: Pool


def compose(d: date, score: Score) -> Composition:
    """The composition of a sign's score on a day."""
    read, because, points = lines_of(sky(d), score, deal(d, score.sign), lines.load())
    day_off = is_day_off(d)
    texts = [line.on(day_off) for line in read]
    side = SIDES[tone(score)]
    if side * points < 0:
        texts[1] = _joined(CAUTION if side > 0 else COMFORT, texts[1])
    text = Text("".join(part.ja for part in texts), " ".join(part.en for part in texts))
    advice = texts[2] if len(texts) > 2 else texts[-1]
    return Composition(read[0].headline, text, advice, because)


def opening(d: date, sign: str) -> tuple[Text, Text]:
    """The headline and the first line of a sign's reading, without composing the rest.

    They follow from the Moon's sign, the rank and the deal.
    """
    of_subject = _of_subject(d, house(moon_sign(d), sign), lines.load())
    line = _openings(of_subject, tone(standing(d, sign)))[deal(d, sign).opening]
    return line.headline, line.on(is_day_off(d))


def pools(today: Sky, score: Score, known: Lines) -> Pools:
    """The pools of a sign on a day: of its subject, tone and place."""
    of_subject = _of_subject(today.date, in_house(today["moon"], score.sign).house, known)
    of_tone = tone(score)
    manner, other_manner = _MANNERS[SIDES[of_tone]]
    place = _CLOSINGS.get(of_tone)
    return Pools(
        of_subject,
        _openings(of_subject, of_tone),
        of_subject[f"deed.{manner}"] + of_subject[f"deed.{other_manner}"],
        (of_subject[f"closing.{place}"] if place else ()) + of_subject["closing.middle"],
    )


def of_the_day(today: Sky, known: Lines) -> tuple[Pool, Fact]:
    """The lines about a day like no other, the new or full Moon, or else the season."""
    d = today.date
    season = Season(today["sun"].sign)
    if pool := known.day(d):
        return pool, season
    quarter = quarter_on(d)
    if day_of_phase(quarter) == d and quarter % 4 in (_NEW, _FULL):
        full = quarter % 4 == _FULL
        return known.full_moon if full else known.new_moon, MoonPhase(full)
    return known.season(d), season


def tone(of: Standing | Score) -> str:
    """The tone of a reading, from its place and stars."""
    if of.rank <= _FIRST_PLACES:
        return "bright"
    if of.rank >= _LAST_PLACES:
        return "low"
    if of.overall == _AVERAGE:
        return "even"
    return "good" if of.overall > _AVERAGE else "careful"


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


def _of_subject(d: date, number: int, known: Lines) -> Mapping[str, Pool]:
    """The pools of the subject of a house on a day."""
    of_subject = known.subjects[number - 1]
    if (d.month, d.day) != _NEW_YEARS_DAY:
        return of_subject
    return {
        path: tuple(line for line in pool if _TIDY not in line.praises)
        for path, pool in of_subject.items()
    }


def _openings(of_subject: Mapping[str, Pool], of_tone: str) -> Pool:
    return of_subject[f"opening.{of_tone}"] + of_subject[f"opening.{_NEIGHBORS[of_tone]}"]


def lines_of(
    today: Sky, score: Score, dealt: Deal, known: Lines
) -> tuple[list[Line], tuple[Fact, ...], float]:
    """The lines of a deal, the facts that chose them, and the points of the second line's fact."""
    subject = in_house(today["moon"], score.sign)
    influence = influences(today, score)[dealt.influence]
    dealt_from = pools(today, score, known)
    developments = dealt_from.of_subject[influence.pool]
    # Outside the table's years a place may be beyond the pools of New Year's Day.
    development = developments[dealt.development % len(developments)]
    read = [dealt_from.opening[dealt.opening], development]
    because: tuple[Fact, ...] = (subject, influence.fact)
    if dealt.deed:
        read.append(dealt_from.deed[dealt.deed - 1])
    if dealt.closing > CLOSINGS:
        pool, fact = of_the_day(today, known)
        read.append(pool[dealt.closing - CLOSINGS - 1])
        because += (fact,)
    elif dealt.closing:
        read.append(dealt_from.closing[(dealt.closing - 1) % len(dealt_from.closing)])
    return read, because, influence.points


def _joined(conjunction: Text, text: Text) -> Text:
    return Text(conjunction.ja + text.ja, conjunction.en + uncapitalized(text.en))
