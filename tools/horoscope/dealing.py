"""Deals the lines of each day: the table that `kirosample.horoscope.deals` looks up.

A sign reads no sentence again within 60 days and no idea within 14, and no reading speaks both for
and against one kind of thing. Of the lines that are left, the one that the sign has not read for
longest is dealt. A reading has four lines; it has fewer where no deed or no closing is left.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from operator import itemgetter
from typing import Final, NamedTuple

from kirosample.horoscope import lines
from kirosample.horoscope.composing import SIDES, Pools, lines_of, of_the_day, pools, tone
from kirosample.horoscope.deals import CLOSINGS, INFLUENCES, Deal
from kirosample.horoscope.facts import Fact, in_house
from kirosample.horoscope.influences import Influence, influences
from kirosample.horoscope.lines import Line, Pool
from kirosample.horoscope.lines.model import SIZES, SUBJECTS
from kirosample.horoscope.scores import Score, scores
from kirosample.horoscope.signs import POSITION, SIGNS
from kirosample.horoscope.sky import Sky, sky

SENTENCE_DAYS: Final = 60
IDEA_DAYS: Final = 14

_HEADLINE_DAYS: Final = 7
"""Days in which no headline returns: everyone sees those of the first and the last places."""
MEMORY_DAYS: Final = 400
"""Days after which what was read is forgotten; until then no whole reading returns."""
_MAX_READINGS: Final = 4
"""Readings of a day that one fact may explain."""
_CONTRAST_TURN: Final = 5
"""On every fifth day of a sign its reading tells the other side of a good or a hard day."""
_CONTRAST: Final = 0.25
"""The least strength of that side, compared with the side that fits the tone."""
_SEASON_TURN: Final = 4
"""Days between a sign's turns to close with the season."""
_OPENINGS: Final = SIZES["opening.bright"]
_DEEDS: Final = SIZES["deed.push"]
_OWN_CLOSINGS: Final = SIZES["closing.first"]

_FORM: Final = re.compile(
    "(?:ください|ましょう|ませんか|すすめです|似合います|向いています|そうです|でしょう|かもしれません)。"
)
"""Ends of Japanese sentences that one hears when they are there twice."""

_Choice = tuple[int, Line]


class _Telling(NamedTuple):
    place: int
    influence: Influence
    development: int
    line: Line


class _Case(NamedTuple):
    """A sign on a day. The readings of the day so far have told facts, and endings once each."""

    today: Sky
    score: Score
    pools: Pools
    number: int
    turn: int
    of_day: Pool
    of_day_fact: Fact
    told: Counter[Fact]
    endings: set[str]


@cache
def _forms(text: str) -> frozenset[str]:
    return frozenset(_FORM.findall(text))


def _agree(read: Sequence[Line], line: Line) -> bool:
    """Whether a line says something new, in another form, and nothing against what was read."""
    return all(
        line.idea != before.idea
        and not line.praises & before.warns
        and not line.warns & before.praises
        and not _forms(line.text.ja) & _forms(before.text.ja)
        for before in read
    )


class Dealer:
    """Deals day after day; `remember` takes days that were dealt before."""

    def __init__(self) -> None:
        self._known = lines.load()
        # The day number on which each sign last read a sentence or an idea, and anyone the others.
        self._sentences: dict[str, dict[str, int]] = {sign.id: {} for sign in SIGNS}
        self._ideas: dict[str, dict[str, int]] = {sign.id: {} for sign in SIGNS}
        self._headlines: dict[str, int] = {}
        self._readings: dict[tuple[str, ...], int] = {}

    def day(self, d: date) -> list[Deal]:
        """The deals of a day, each sign in the zodiac's order."""
        dealt = {case.score.sign: self._deal(case) for case in self._cases(d)}
        return [dealt[sign.id] for sign in SIGNS]

    def remember(self, d: date, deals: Sequence[Deal]) -> None:
        """Take a day as dealt; each sign in the zodiac's order."""
        for case in self._cases(d):
            dealt = deals[POSITION[case.score.sign]]
            self._read(case, lines_of(case.today, case.score, dealt, self._known)[0])

    def _cases(self, d: date) -> Iterator[_Case]:
        today = sky(d)
        told = Counter[Fact]()
        endings = set[str]()
        of_day = of_the_day(today, self._known)
        number = d.toordinal()
        for score in scores(d):
            of_sign = pools(today, score, self._known)
            turn = number + POSITION[score.sign]
            yield _Case(today, score, of_sign, number, turn, *of_day, told, endings)

    def _read(self, case: _Case, read: Sequence[Line]) -> None:
        for line in read:
            self._sentences[case.score.sign][line.text.ja] = case.number
            self._ideas[case.score.sign][line.idea] = case.number
        self._headlines[read[0].headline.ja] = case.number
        self._readings[tuple(line.text.ja for line in read)] = case.number

    def _deal(self, case: _Case) -> Deal:
        tellings = [*self._tellings(case)]
        for opening, first in self._openings(case, tellings[0].line):
            for telling in tellings:
                if not _agree([first], telling.line):
                    continue
                deed, closing, read = self._rest(case, [first, telling.line])
                case.told[telling.influence.fact] += 1
                if closing > CLOSINGS:
                    case.told[case.of_day_fact] += 1
                    case.endings.add(read[-1].text.ja)
                self._read(case, read)
                return Deal(telling.place, telling.development, opening, deed, closing)
        raise AssertionError(f"{case.today.date} {case.score.sign}: no lines are left")

    def _openings(self, case: _Case, told: Line) -> list[_Choice]:
        """Openings with new headlines first, then the tone's own, then those that fit what is told.

        Otherwise an opening would seldom stand before the other side of a good or a hard day.
        """
        since = case.number - _HEADLINE_DAYS
        free = self._free(case, case.pools.opening, _OPENINGS)

        def order(choice: _Choice) -> tuple[bool, bool, bool]:
            place, line = choice
            is_recent = self._headlines.get(line.headline.ja, 0) >= since
            return is_recent, place >= _OPENINGS, not _agree([line], told)

        return sorted(free, key=order)

    def _tellings(self, case: _Case) -> Iterator[_Telling]:
        """The developments: of the influences that fit the tone first, of each the lines in turn.

        The two strongest influences take turns, since a slow aspect lasts for days.
        """
        side = SIDES[tone(case.score)]
        every = [*enumerate(influences(case.today, case.score)[:INFLUENCES])]
        free = [placed for placed in every if case.told[placed[1].fact] < _MAX_READINGS]
        fitting = [placed for placed in free if placed[1].points * side >= 0]
        others = [placed for placed in free if placed[1].points * side < 0]
        if not case.turn % _CONTRAST_TURN and fitting and others:
            if abs(others[0][1].points) >= _CONTRAST * abs(fitting[0][1].points):
                fitting.insert(0, others.pop(0))
        elif case.turn % 2:
            fitting[:2] = reversed(fitting[:2])
        for place, influence in (*fitting, *others):
            for development, line in self._free(case, case.pools.of_subject[influence.pool]):
                yield _Telling(place, influence, development, line)

    def _rest(self, case: _Case, begun: Sequence[Line]) -> tuple[int, int, Sequence[Line]]:
        """The deed, the closing and all lines of the reading; both are 0 if none is left."""
        closings = self._closings(case)
        for deed, line in self._free(case, case.pools.deed, _DEEDS):
            if _agree(begun, line):
                for closing, whole in self._closed(case, [*begun, line], closings):
                    return deed + 1, closing, whole
        for closing, whole in self._closed(case, begun, closings):
            return 0, closing, whole
        return 0, 0, begun

    def _closed(
        self, case: _Case, begun: Sequence[Line], closings: Sequence[_Choice]
    ) -> Iterator[tuple[int, Sequence[Line]]]:
        """The readings that begin so and were not read within a year, the best first."""
        agreeing = ((place + 1, [*begun, line]) for place, line in closings if _agree(begun, line))
        for closing, whole in (*agreeing, (0, begun)):
            before = self._readings.get(tuple(line.text.ja for line in whole), 0)
            if case.number - before > MEMORY_DAYS:
                yield closing, whole

    def _closings(self, case: _Case) -> list[_Choice]:
        """The day's lines first, if it is the sign's turn; else they are the last resort."""
        own = self._free(case, case.pools.closing, _OWN_CLOSINGS)
        if tone(case.score) in ("bright", "low"):
            return own
        if case.told[case.of_day_fact] >= _MAX_READINGS:
            return own
        subject = SUBJECTS[in_house(case.today["moon"], case.score.sign).house - 1]
        of_day = [
            (CLOSINGS + place, line)
            for place, line in self._free(case, case.of_day)
            if subject in line.fits and line.text.ja not in case.endings
        ]
        season = case.of_day is self._known.season(case.today.date)
        return [*own, *of_day] if season and case.turn % _SEASON_TURN else [*of_day, *own]

    def _free(self, case: _Case, pool: Pool, of_tone: int = 100) -> list[_Choice]:
        """The lines that a sign may read, with their places in the pool.

        The first `of_tone` of the pool are before the others, and the longest unread is first.
        """
        sentences = self._sentences[case.score.sign]
        ideas = self._ideas[case.score.sign]
        free = []
        forgotten = case.number - MEMORY_DAYS
        for place, line in enumerate(pool):
            read = sentences.get(line.text.ja, 0)
            if (
                case.number - read > SENTENCE_DAYS
                and case.number - ideas.get(line.idea, 0) > IDEA_DAYS
            ):
                free.append((place >= of_tone, max(read, forgotten), place, line))
        free.sort(key=itemgetter(0, 1, 2))
        return [(place, line) for *_, place, line in free]
