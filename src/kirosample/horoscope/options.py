"""Which facts of the sky a reading may tell, slot by slot, and the lines that speak of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Final

from kirosample.horoscope import facts
from kirosample.horoscope.facts import Fact, Retrograde, Season
from kirosample.horoscope.scores import AREAS, Score, tone
from kirosample.horoscope.seeds import seed
from kirosample.horoscope.sentences import (
    AREA_LINES,
    ASPECT_LINES,
    MOON_LINES,
    PHASE_LINES,
    PLANET_LINES,
    RETROGRADE_LINES,
    SEASON_LINES,
)
from kirosample.horoscope.signs import POSITION, house
from kirosample.horoscope.sky import Aspect, Sky

NEVER: Final = 1_000_000
_MIDDLE: Final = 3

# Characters: a reading gets another line below the first two, and no line on its area above
# the last, when it is a middling day's.
_SHORT: Final = 76
_ROOM_FOR_FIVE: Final = 92
_LONG_PAIR: Final = 70

_FACTS_WEIGHED: Final = 12
_NEXT_FACT: Final = 4
_AGAINST_TONE: Final = 35
_TAKES_TURNS: Final = 20
_TURNS_OF_SEASON: Final = {True: 3, False: 2}
_TURNS: Final = 6


@dataclass(frozen=True, slots=True)
class Option:
    """A fact, the lines that speak of it, how much less it fits than the best fact, and whether
    it is an aspect that strains."""

    because: Fact
    pool: Sequence[str]
    cost: int = 0
    strains: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """The facts one of which speaks next, unless the reading has `unless_longer` characters."""

    options: list[Option]
    unless_longer: int = NEVER


def turn(d: date, sign: str, slot: int) -> int:
    """Where to begin among equals: the same in every process, and unlike in any two slots."""
    name = f"{d.isoformat()}.{sign}.{slot}.{seed(d.year)}"
    return int.from_bytes(blake2b(name.encode(), digest_size=4).digest(), "big")


def slots(today: Sky, score: Score) -> Iterator[Slot]:
    """The Moon's house, a planet or an aspect, the area that stands out, season or Moon's phase."""
    moon, planet = Slot([_moon_option(today, score)]), Slot(planet_options(today, score))
    # The Moon speaks first, but not always.
    if (today.date.toordinal() + POSITION[score.sign]) % 3:
        yield moon
        yield planet
    else:
        yield planet
        yield moon
    area = _area_option(today, score)
    if area:
        yield Slot([area], unless_longer=_LONG_PAIR if score.overall == _MIDDLE else NEVER)
    # A day that stands out gets a fuller reading.
    yield Slot(
        planet.options, unless_longer=_SHORT if score.overall in (2, 3, 4) else _ROOM_FOR_FIVE
    )
    yield Slot(_closing_options(today, score))


def planet_options(today: Sky, score: Score) -> list[Option]:
    """Planets in houses, retrogrades and aspects, those first that moved the score most."""
    mood = score.overall - _MIDDLE
    moved = [(round(sum(points), 6), source) for source, points in score.points if source != "moon"]
    moved.sort(key=lambda weight: -abs(weight[0]))
    options = []
    for place, (weight, source) in enumerate(moved[:_FACTS_WEIGHED]):
        cost = _NEXT_FACT * place + _AGAINST_TONE * (weight * mood < 0)
        if isinstance(source, Aspect):
            strains = tone(source) < 0
            pool = ASPECT_LINES[source.slower][strains]
            options.append(Option(source, pool, cost, strains))
            continue
        placed = today[source]
        pool = PLANET_LINES[source][house(placed.sign, score.sign) - 1]
        options.append(Option(facts.in_house(placed, score.sign), pool, cost))
        if placed.retrograde:
            options.append(Option(Retrograde(source), RETROGRADE_LINES[source], cost))
    return options


def _moon_option(today: Sky, score: Score) -> Option:
    moon = today["moon"]
    return Option(facts.in_house(moon, score.sign), MOON_LINES[house(moon.sign, score.sign) - 1])


def _area_option(today: Sky, score: Score) -> Option | None:
    """The area that stands out: the best on a good day, the one to be gentle with on a low one."""
    levels = (score.love, score.work, score.money)
    mood = score.overall - _MIDDLE
    first = today.date.toordinal() + POSITION[score.sign]
    area = max(
        range(len(AREAS)),
        key=lambda area: (
            (levels[area] - _MIDDLE) * mood if mood else abs(levels[area] - _MIDDLE),
            (area + first) % len(AREAS),
        ),
    )
    if levels[area] == _MIDDLE:
        return None
    high = levels[area] > _MIDDLE
    # The Moon's house is told already; here speaks what else moved the area most its way.
    source, _ = max(
        (given for given in score.points if given[0] != "moon"),
        key=lambda given: round(given[1][area] * (1 if high else -1), 6),
    )
    because = (
        source
        if isinstance(source, Aspect)
        else facts.to_sign(today[source], score.sign, kindly=high)
    )
    return Option(because, AREA_LINES[AREAS[area]][not high])


def _closing_options(today: Sky, score: Score) -> list[Option]:
    """The Moon's phase in the day's tone, or the season, which comes more on a middling day."""
    sun = today["sun"]
    middling = score.overall == _MIDDLE
    moon_phase = facts.moon_phase(today.phase)
    tones = PHASE_LINES[moon_phase.eighth]
    phase = tones[1] if middling else tones[0] if score.overall > _MIDDLE else tones[2]
    season_first = turn(today.date, score.sign, -1) % _TURNS < _TURNS_OF_SEASON[middling]
    return [
        Option(moon_phase, phase, _TAKES_TURNS * season_first),
        Option(Season(sun.sign), SEASON_LINES[sun.sign], _TAKES_TURNS * (not season_first)),
    ]
