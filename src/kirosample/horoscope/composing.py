"""How a reading's lines are dealt, so that they go together and nothing comes back soon.

Lines are dealt in stretches of ten days: within one, a sign is not dealt a line twice, and
neighbouring stretches draw on different halves of each pool, so the same line stays away from a
sign for about ten days, and still a day's readings follow from its date alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Final

from kirosample.horoscope.facts import Fact
from kirosample.horoscope.lines import Line, friction, line
from kirosample.horoscope.linking import joined
from kirosample.horoscope.options import NEVER, Option, slots, turn
from kirosample.horoscope.scores import Score, scores
from kirosample.horoscope.signs import POSITION
from kirosample.horoscope.sky import FIRST_DAY, Sky, sky

_STRETCH: Final = 10

# What a line costs on top of its option's cost and its friction: that this sign had it in the
# stretch, that another sign had it today, that anyone had it, that its subject was told of
# already, and chance.
_HAD_BY_SIGN: Final = 1000
_HAD_TODAY: Final = 30
_HAD_AT_ALL: Final = 9
_TOLD_OF: Final = 80
_CHANCE: Final = 17


@dataclass(frozen=True, slots=True)
class Composition:
    """The lines dealt to a reading, its text made of them, and the facts that chose them."""

    lines: tuple[str, ...]
    text: str
    because: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """A line dealt, and the option it was dealt from."""

    line: Line
    option: Option


@lru_cache(maxsize=64)
def compositions(d: date) -> Mapping[str, Composition]:
    """By sign, what its reading says on a day, and why."""
    stretch, place = divmod(d.toordinal(), _STRETCH)
    first = max(d.toordinal() - place, FIRST_DAY.toordinal())
    dealer = _Dealer(half=stretch % 2)
    for earlier in range(first, d.toordinal()):
        for sign, composition in compositions(date.fromordinal(earlier)).items():
            dealer.remember(sign, composition.lines)
    return {score.sign: _compose(sky(d), score, dealer) for score in scores(d)}


class _Dealer:
    """Deals lines from half of each pool, and remembers to whom in the stretch and on the day."""

    def __init__(self, half: int) -> None:
        self._half = half
        self._had: dict[str, set[str]] = {sign: set() for sign in POSITION}
        self._had_today: set[str] = set()
        self._dealt: Counter[str] = Counter()

    def remember(self, sign: str, lines: Iterable[str]) -> None:
        for text in lines:
            self._had[sign].add(text)
            self._dealt[text] += 1

    def deal(
        self, sign: str, options: Iterable[Option], before: Sequence[_Told], chance: int
    ) -> _Told:
        """The line that costs least after those before it."""
        lines = [told.line for told in before]
        told_of = {id(told.option.pool) for told in before}
        had, had_today, dealt = self._had[sign], self._had_today, self._dealt
        best: _Told | None = None
        least = NEVER
        place = 0
        for option in options:
            base = option.cost + _TOLD_OF * (id(option.pool) in told_of)
            if base >= least:
                continue
            pool = option.pool[self._half :: 2]
            first = chance % len(pool)
            for text in (*pool[first:], *pool[:first]):
                place += 1
                cost = (
                    base
                    + chance * place % _CHANCE
                    + _HAD_BY_SIGN * (text in had)
                    + _HAD_TODAY * (text in had_today)
                    + _HAD_AT_ALL * dealt.get(text, 0)
                )
                if cost < least and (cost := cost + friction(line(text), lines)) < least:
                    best, least = _Told(line(text), option), cost
        if best is None:
            raise ValueError("a slot without a line to deal")
        self.remember(sign, [best.line.text])
        self._had_today.add(best.line.text)
        return best


def _compose(today: Sky, score: Score, dealer: _Dealer) -> Composition:
    told: list[_Told] = []
    length = 0
    for slot in slots(today, score):
        if length < slot.unless_longer:
            chance = turn(today.date, score.sign, len(told))
            told.append(dealer.deal(score.sign, slot.options, told, chance))
            length += len(told[-1].line.text)
    because = tuple(dict.fromkeys(one.option.because for one in told))
    return Composition(tuple(one.line.text for one in told), _paragraph(told), because)


def _paragraph(told: Sequence[_Told]) -> str:
    text = told[0].line.text
    for before, one in pairwise(told):
        turns = one.option.strains and not before.option.strains
        text += joined(one.line.text, before=before.line.text) if turns else one.line.text
    return text
