"""How a reading's lines are chosen: by the facts of the sky, and so that nothing comes back soon.

Each slot of a reading (the Moon's house, a planet or an aspect, the area that stands out, the
season or the Moon's phase) has a few facts to choose from, and each fact a pool of lines. Lines
are dealt in stretches of ten days: within one, a sign is not dealt a line twice, and neighbouring
stretches draw on different halves of each pool, so the same line stays away from a sign for ten
days, and still a day's readings follow from its date alone.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from typing import Final

from kirosample.horoscope import facts
from kirosample.horoscope.lines import Line, friction, line
from kirosample.horoscope.linking import joined
from kirosample.horoscope.scores import AREAS, Score, scores, tone
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
from kirosample.horoscope.sky import FIRST_DAY, Aspect, Sky, sky

_STRETCH: Final = 10
_FEWEST_REASONS: Final = 3
_MIDDLE: Final = 3
_USUAL_LINE: Final = 30
_SHORT: Final = 106
_LONG_PAIR: Final = 70
_ROOM_FOR_FIVE: Final = 122
_NEVER: Final = 1_000_000

# The cost of a choice: a line this sign had in the stretch, or another sign had today, or that
# was dealt before at all, on top of a less fitting fact (`_Option.cost`) and friction.
_HAD_BY_SIGN: Final = 1000
_HAD_TODAY: Final = 30
_TOLD_OF: Final = 80
_HAD_AT_ALL: Final = 9
_CHANCE: Final = 17
_NEXT_FACT: Final = 4
_AGAINST_TONE: Final = 35
_TAKES_TURNS: Final = 20


@dataclass(frozen=True, slots=True)
class Composition:
    """The lines dealt to a reading, its text made of them, and the facts that chose them."""

    lines: tuple[str, ...]
    text: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Option:
    """A fact, the lines that speak of it, how much less it fits than the best fact,
    and whether it is an aspect that strains."""

    because: str
    pool: Sequence[str]
    cost: int = 0
    strains: bool = False


@dataclass(frozen=True, slots=True)
class _Slot:
    """The facts one of which speaks next, if the reading is not `unless_longer` by then."""

    options: list[_Option]
    unless_longer: int = _NEVER


@dataclass(frozen=True, slots=True)
class _Told:
    """A line dealt, and the option it was dealt from."""

    line: Line
    option: _Option


@lru_cache(maxsize=64)
def compositions(d: date) -> Mapping[str, Composition]:
    """By sign, what its reading says on a day, and why."""
    stretch, place = divmod(d.toordinal(), _STRETCH)
    earlier = [
        compositions(date.fromordinal(ordinal))
        for ordinal in range(max(d.toordinal() - place, FIRST_DAY.toordinal()), d.toordinal())
    ]
    dealer = _Dealer(half=stretch % 2)
    for composed in earlier:
        for sign, composition in composed.items():
            dealer.remember(sign, composition.lines)
    return {score.sign: _compose(sky(d), score, dealer) for score in scores(d)}


class _Dealer:
    """Deals lines from half of each pool, and remembers to whom in the stretch and on the day."""

    def __init__(self, half: int) -> None:
        self._half = half
        self._had: dict[str, set[str]] = {sign: set() for sign in POSITION}
        self._dealt: Counter[str] = Counter()
        self._had_today: set[str] = set()

    def remember(self, sign: str, lines: Iterable[str]) -> None:
        self._had[sign].update(lines)
        self._dealt.update(lines)

    def deal(
        self, sign: str, options: Iterable[_Option], before: Sequence[_Told], turn: int
    ) -> _Told:
        """The line that costs least after those before it."""
        lines = [told.line for told in before]
        best: _Told | None = None
        least = _NEVER
        place = 0
        for option in options:
            told_of = any(told.option.pool is option.pool for told in before)
            pool = option.pool[self._half :: 2]
            for offset in range(len(pool)):
                text = pool[(turn + offset) % len(pool)]
                place += 1
                cost = (
                    option.cost
                    + turn * place % _CHANCE
                    + _TOLD_OF * told_of
                    + _HAD_BY_SIGN * (text in self._had[sign])
                    + _HAD_TODAY * (text in self._had_today)
                    + _HAD_AT_ALL * self._dealt[text]
                )
                if cost < least and (cost := cost + friction(line(text), lines)) < least:
                    best, least = _Told(line(text), option), cost
        if best is None:
            raise ValueError("no line to deal: a slot without facts")
        self.remember(sign, [best.line.text])
        self._had_today.add(best.line.text)
        return best


def _compose(today: Sky, score: Score, dealer: _Dealer) -> Composition:
    told: list[_Told] = []
    length = 0
    for slot in _slots(today, score):
        if length >= slot.unless_longer:
            continue
        turn = _turn(today.date, score.sign, len(told))
        told.append(dealer.deal(score.sign, slot.options, told, turn))
        length += len(told[-1].line.text)
    reasons = dict.fromkeys(one.option.because for one in told)
    for option in _planet_options(today, score):
        if len(reasons) >= _FEWEST_REASONS:
            break
        reasons.setdefault(option.because)
    return Composition(tuple(one.line.text for one in told), _paragraph(told), tuple(reasons))


def _paragraph(told: Sequence[_Told]) -> str:
    text = told[0].line.text
    for before, one in pairwise(told):
        turns = one.option.strains and not before.option.strains
        text += joined(one.line.text, before=before.line.text) if turns else one.line.text
    return text


def _turn(d: date, sign: str, slot: int) -> int:
    """Where to begin in a pool: the same in every process, and unlike in any two slots."""
    digest = blake2b(f"{d.isoformat()}.{sign}.{slot}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big")


def _slots(today: Sky, score: Score) -> Iterator[_Slot]:
    moon, planet = _Slot([_moon_option(today, score)]), _Slot(_planet_options(today, score))
    # The Moon speaks first, but not always.
    if (today.date.toordinal() + POSITION[score.sign]) % 3:
        yield moon
        yield planet
    else:
        yield planet
        yield moon
    area = _area_option(today, score)
    if area:
        yield _Slot([area], unless_longer=_LONG_PAIR if score.overall == _MIDDLE else _NEVER)
    # A short reading gets another line, and a day that stands out a fuller one.
    limit = _SHORT if score.overall in (2, 3, 4) else _ROOM_FOR_FIVE
    yield _Slot(planet.options, unless_longer=limit - _USUAL_LINE)
    yield _Slot(_closing_options(today, score))


def _moon_option(today: Sky, score: Score) -> _Option:
    moon = today["moon"]
    return _Option(facts.in_house(moon, score.sign), MOON_LINES[house(moon.sign, score.sign) - 1])


def _planet_options(today: Sky, score: Score) -> list[_Option]:
    """Planets in houses, retrogrades and aspects, those first that moved the score most."""
    mood = score.overall - _MIDDLE
    weighed = sorted(
        (
            (abs(sum(points)), sum(points) * mood < 0, source)
            for source, points in score.points.items()
            if source != "moon"
        ),
        key=lambda weighed: -weighed[0],
    )
    options = []
    for place, (_, against, source) in enumerate(weighed):
        cost = _NEXT_FACT * place + _AGAINST_TONE * against
        if isinstance(source, Aspect):
            strains = tone(source) < 0
            pool = ASPECT_LINES[source.slower][strains]
            options.append(_Option(facts.between(source), pool, cost, strains))
            continue
        placed = today[source]
        pool = PLANET_LINES[source][house(placed.sign, score.sign) - 1]
        options.append(_Option(facts.in_house(placed, score.sign), pool, cost))
        if placed.retrograde:
            options.append(_Option(facts.retrograde(source), RETROGRADE_LINES[source], cost))
    return options


def _area_option(today: Sky, score: Score) -> _Option | None:
    """The area that stands out: the best on a good day, the one to be gentle with on a low one."""
    levels = (score.love, score.work, score.money)
    mood = score.overall - _MIDDLE
    turn = today.date.toordinal() + POSITION[score.sign]
    area = max(
        range(len(AREAS)),
        key=lambda area: (
            (levels[area] - _MIDDLE) * mood if mood else abs(levels[area] - _MIDDLE),
            (area + turn) % len(AREAS),
        ),
    )
    if levels[area] == _MIDDLE:
        return None
    high = levels[area] > _MIDDLE
    # The Moon's house is told already; here speaks what else moved the area most its way.
    source = max(
        (source for source in score.points if source != "moon"),
        key=lambda source: score.points[source][area] * (1 if high else -1),
    )
    because = (
        facts.between(source)
        if isinstance(source, Aspect)
        else facts.to_sign(today[source], score.sign, kindly=high)
    )
    return _Option(because, AREA_LINES[AREAS[area]][not high])


def _closing_options(today: Sky, score: Score) -> list[_Option]:
    """The Moon's phase in the day's tone, or the season, which turns up more on a middling day."""
    phase = PHASE_LINES[facts.phase_index(today.phase)]
    sun = today["sun"]
    middling = score.overall == _MIDDLE
    turn = _turn(today.date, score.sign, -1) % 6
    season_first = turn < (3 if middling else 2)
    tone_index = 0 if score.overall > _MIDDLE else 1 if middling else 2
    return [
        _Option(facts.moon_phase(today.phase), phase[tone_index], _TAKES_TURNS * season_first),
        _Option(facts.season(sun), SEASON_LINES[sun.sign], _TAKES_TURNS * (not season_first)),
    ]
