"""Deals the texts of each day: the table that `kirosample.horoscope.readings.deals` looks up.

Of the texts of a sign's subject and tone, the one that the sign has not read for longest is dealt.
Those about an area that the day's stars speak of go first. On special days two signs of each level,
those whose turn is longest ago, read a text of the day instead.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from kirosample.horoscope.ranking import AREAS, Score, scores
from kirosample.horoscope.reading import SIDES
from kirosample.horoscope.readings import deals, texts
from kirosample.horoscope.readings.days import find_kind
from kirosample.horoscope.signs import SIGNS

DAYS_APART: Final = 180
"""Days in which a sign reads no text again."""
DAYS_APART_SPECIAL: Final = 300
"""Days in which it reads no text of a special day, but of those that come often."""

PROP_SIGNS: Final = 3
"""Signs of a day that may read of one prop."""
PROP_DAYS_APART: Final = 14
PROP_DAYS_A_YEAR: Final = 12

CHECKED: Final = date(2024, 1, 1), date(2032, 12, 31)
"""The days on which all of this holds. Later a text may return a little sooner."""

_YEAR: Final = 365
_SIGNS_OF_LEVEL: Final = 2
_MIN_SPECIAL: Final = 4
_LONG_AGO: Final = 0
_AVERAGE: Final = 3


class Read(NamedTuple):
    """What a sign read on a day, by its number."""

    day: int
    sign: str
    headline: str


class NothingLeft(Exception):
    """A sign has no text to read on a day, because of what was read before."""

    def __init__(self, d: date, before: Read) -> None:
        super().__init__(f"{d}: no text is left for {before.sign} after “{before.headline}”")
        self.before = before


def deal_days(days: Sequence[date]) -> Sequence[list[int]]:
    """The deals of days, each sign in the zodiac's order. Raises NothingLeft.

    Where nothing is left for a sign, something before is avoided, and dealing goes on from there.
    """
    dealer = Dealer()
    dealt: list[list[int]] = []
    while len(dealt) < len(days):
        try:
            dealt.append(dealer.deal(days[len(dealt)]))
        except NothingLeft as left:
            back = days[len(dealt)].toordinal() - left.before.day
            if back > len(dealt) or left.before in dealer.avoided:
                raise
            dealer.avoid(left.before)
            del dealt[len(dealt) - back :]
    return dealt


class Dealer:
    """Deals days, each after the one before."""

    def __init__(self) -> None:
        # What a sign read of a text, of a kind of special day or of a prop, the latest last.
        self._memory = defaultdict[tuple[str, str], list[Read]](list)
        self._today = defaultdict[str, list[Read]](list)
        self.avoided = set[Read]()

    def deal(self, d: date) -> list[int]:
        """The deals of the day, each sign in the zodiac's order. Raises NothingLeft."""
        self._today.clear()
        kind = find_kind(d)
        places = self._deal_special(d, kind) if kind else {}
        for of in scores(d):
            if of.sign not in places:
                places[of.sign] = self._deal(d, of)
        return [places[sign.id] for sign in SIGNS]

    def avoid(self, before: Read) -> None:
        """Forget everything since the day of `before`, which is not dealt again."""
        self.avoided.add(before)
        for reads in self._memory.values():
            while reads and reads[-1].day >= before.day:
                reads.pop()

    def _deal(self, d: date, of: Score) -> int:
        """The place of what a sign reads on a day that is not special to it."""
        wanted, against = find_areas(of)
        pool = deals.find_pool(d, of)
        last = [self._find_last(of.sign, text.headline.ja) for text in pool]

        def order(place: int) -> tuple[bool, bool, bool, int]:
            text = pool[place]
            is_free = (
                d.toordinal() - last[place].day >= DAYS_APART
                and against.isdisjoint(text.areas)
                and not self._find_blocker(d, of.sign, text)
            )
            # What fits few days goes first, so that the others are left for the rest.
            fits_most = not text.areas and not text.day_off
            return not is_free, wanted not in text.areas, fits_most, last[place].day

        place = min(deals.list_fitting(pool, d), key=order)
        if order(place)[0] and CHECKED[0] <= d <= CHECKED[1]:
            blockers = {self._find_blocker(d, of.sign, text) for text in pool} - self.avoided
            raise NothingLeft(d, max(filter(None, blockers), default=max(last)))
        self._note(d, of.sign, pool[place])
        return place

    def _deal_special(self, d: date, kind: str) -> dict[str, int]:
        """The signs that read of a special day, with the places of what they read."""
        last = d.toordinal() - (DAYS_APART if kind in texts.OFTEN else DAYS_APART_SPECIAL)
        blockers = set[Read]()
        places: dict[str, int] = {}
        for level, pool in texts.load().special[kind].items():
            turns = sorted(
                (self._find_last(of.sign, kind).day, day, of.sign, place)
                for of in scores(d)
                for place in deals.list_fitting(pool, d)
                if deals.find_level(of) == level
                and (day := self._find_last(of.sign, pool[place].headline.ja).day) <= last
            )
            chosen: dict[str, int] = {}
            for *_, sign, place in turns:
                if sign in chosen or place in chosen.values() or len(chosen) == _SIGNS_OF_LEVEL:
                    continue
                if blocker := self._find_blocker(d, sign, pool[place]):
                    blockers.add(blocker)
                    continue
                chosen[sign] = place
                self._note(d, sign, pool[place], kind)
            places |= {sign: deals.SPECIAL + place for sign, place in chosen.items()}
        if len(places) < _MIN_SPECIAL and CHECKED[0] <= d <= CHECKED[1]:
            raise NothingLeft(d, max(blockers - self.avoided))
        return places

    def _find_last(self, sign: str, name: str) -> Read:
        reads = self._memory.get((sign, name)) or [Read(_LONG_AGO, sign, name)]
        return reads[-1]

    def _find_blocker(self, d: date, sign: str, text: texts.ReadingText) -> Read | None:
        """What was read so that a prop of a text would be met too often, or this if avoided."""
        read = Read(d.toordinal(), sign, text.headline.ja)
        if read in self.avoided:
            return read
        for prop in text.props:
            before = self._memory[sign, prop][-PROP_DAYS_A_YEAR:]
            since = [d.toordinal() - each.day for each in before]
            of_year = sum(days < _YEAR for days in since)
            if since and (since[-1] <= PROP_DAYS_APART or of_year >= PROP_DAYS_A_YEAR):
                return before[-1]
            if len(self._today[prop]) >= PROP_SIGNS:
                return self._today[prop][-1]
        return None

    def _note(self, d: date, sign: str, text: texts.ReadingText, kind: str = "") -> None:
        read = Read(d.toordinal(), sign, text.headline.ja)
        for name in (read.headline, kind, *text.props):
            self._memory[sign, name].append(read)
            self._today[name].append(read)


def find_areas(score: Score) -> tuple[str | None, set[str]]:
    """The area that a reading would best be about, and those that it must not be about.

    On bright days the one with the most stars is best, on low ones that with the fewest, and else
    the one that is farthest from the overall score.
    """
    side = SIDES[deals.find_tone(score)]
    stars = {area: getattr(score, area) for area in AREAS}
    fits = {
        area: side * (stars[area] - _AVERAGE) if side else abs(stars[area] - score.overall)
        for area in AREAS
    }
    best = max(AREAS, key=fits.__getitem__)
    return best if fits[best] > 0 else None, {area for area in AREAS if fits[area] < 0}
