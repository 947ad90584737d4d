"""The order of the quotes, and the quote of each day, from the catalogue and the date alone.

A quote with a season has one day in it, the same in every year. The others take turns on the days
that remain, and go on with them in the next year.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import count

from kirosample.quotes.quote import STATUSES, Author, Quote, Season

EPOCH = date(2026, 11, 24)
"""The first of the quotes without a season has its turn on this day, or on one soon after."""

_GOLDEN = 0.6180339887498949  # multiples of it, modulo 1, fill the unit interval most evenly

_YEAR = 365
_FIRST_OF_MARCH = 59  # its index in a common year
_YEARS_KEPT = 8
_APART = 7  # days from an author's quote to the next one
_ROOM = 4  # days from a quote in season to the next one, if there is room


def rotation(quotes: Iterable[Quote]) -> tuple[Quote, ...]:
    """The quotes, verified before copied before cited, each author's spread evenly over the group.

    An author's k quotes are 1/k apart, each author shifted by another multiple of the golden ratio.
    If two of one author would still be neighbors, the next one by somebody else goes between. The
    order depends only on the order of the catalogue.
    """
    quotes = tuple(quotes)
    ordered: list[Quote] = []
    for status in STATUSES:
        spread = _spread([quote for quote in quotes if quote.status == status])
        while spread:
            last = ordered[-1].author if ordered else None
            at = next((i for i, quote in enumerate(spread) if quote.author != last), 0)
            ordered.append(spread.pop(at))
    return tuple(ordered)


def _spread(quotes: Sequence[Quote]) -> list[Quote]:
    totals = Counter(quote.author for quote in quotes)
    shift = {author: index * _GOLDEN % 1 for index, author in enumerate(totals)}
    before: defaultdict[Author, int] = defaultdict(int)
    placed: list[tuple[float, int, Quote]] = []
    for index, quote in enumerate(quotes):
        author = quote.author
        placed.append(((before[author] + shift[author]) / totals[author], index, quote))
        before[author] += 1
    return [quote for _, _, quote in sorted(placed, key=lambda item: item[:2])]


class SeasonError(ValueError):
    """Every day of this quote's season belongs to another one."""

    def __init__(self, quote: Quote) -> None:
        super().__init__(quote.id)
        self.quote = quote


class Plan:
    """Plans of years. Raises SeasonError if the seasons do not fit into a year.

    At least one of the quotes must have no season. They are in the order in which they take turns.
    """

    def __init__(self, quotes: Sequence[Quote]) -> None:
        self._seasonal = _days_in_season(quotes)
        self._others = [quote for quote in quotes if quote.season is None]
        self._year = lru_cache(_YEARS_KEPT)(self._planned)

    def of_day(self, day: date) -> Quote:
        """The quote of a day."""
        return self._year(day.year)[day.timetuple().tm_yday - 1]

    def _planned(self, year: int) -> tuple[Quote, ...]:
        days = date(year, 12, 31).timetuple().tm_yday
        leap = days > _YEAR
        seasonal = {
            index + (leap and index >= _FIRST_OF_MARCH): quote
            for index, quote in self._seasonal.items()
        }
        turn = count(self._turns_before(year))
        planned = [
            seasonal.get(index) or self._others[next(turn) % len(self._others)]
            for index in range(days)
        ]
        _keep_authors_apart(planned, seasonal)
        return tuple(planned)

    def _turns_before(self, year: int) -> int:
        """The number of turns from the epoch to a year; negative up to the epoch's own."""
        days = (date(year, 1, 1) - EPOCH).days
        epoch = _index(f"{EPOCH:%m-%d}")
        before = sum(index < epoch for index in self._seasonal)
        return days - len(self._seasonal) * (year - EPOCH.year) + before


def _keep_authors_apart(planned: list[Quote], seasonal: Mapping[int, Quote]) -> None:
    """Exchange each quote that is too near to one of its author with the nearest that can be.

    Those in season stay. Beyond the ends of the year only quotes in season are known.
    """

    days = len(planned)
    most = _APART - 1
    authors = [
        quote.author.name.ja if quote else None
        for quote in (
            planned[index] if 0 <= index < days else seasonal.get(index % days)
            for index in range(-most, days + most)
        )
    ]

    def fits(index: int) -> bool:
        return authors[index : index + 2 * most + 1].count(authors[index + most]) == 1

    def exchange(index: int, other: int) -> None:
        planned[index], planned[other] = planned[other], planned[index]
        index += most
        other += most
        authors[index], authors[other] = authors[other], authors[index]

    movable = [index for index in range(days) if index not in seasonal]
    for index in movable:
        if fits(index):
            continue
        for other in sorted(movable, key=lambda other: abs(other - index)):
            exchange(index, other)
            if fits(index) and fits(other):
                break
            exchange(index, other)


def _days_in_season(quotes: Iterable[Quote]) -> dict[int, Quote]:
    """A day for each quote with a season, as its index in a common year.

    The shortest seasons choose first. Each takes the day farthest from the others of its author and
    from its neighbors, nearest to the middle of the season.
    """
    seasons = [(_indices(quote.season), quote) for quote in quotes if quote.season]
    seasons.sort(key=lambda item: (len(item[0]), STATUSES.index(item[1].status)))
    taken: dict[int, Quote] = {}
    authors: dict[Author, list[int]] = {}
    room = [_ROOM] * _YEAR  # from each day to the next one taken, on either side
    for days, quote in seasons:
        same = authors.setdefault(quote.author, [])
        free = [
            (
                min([_distance(day, other) for other in same], default=_YEAR) >= _APART,
                room[day],
                -abs(number - len(days) // 2),
                day,
            )
            for number, day in enumerate(days)
            if day not in taken
        ]
        if not free:
            raise SeasonError(quote)
        best = max(free)[-1]
        taken[best] = quote
        same.append(best)
        for offset in range(1 - _ROOM, _ROOM):
            day = (best + offset) % _YEAR
            room[day] = min(room[day], abs(offset))
    return taken


def _distance(day: int, other: int) -> int:
    return min((day - other) % _YEAR, (other - day) % _YEAR)


def _indices(season: Season) -> list[int]:
    first, last = _index(season.first), _index(season.last)
    return [(first + number) % _YEAR for number in range((last - first) % _YEAR + 1)]


def _index(month_and_day: str) -> int:
    """The index of an MM-DD in a common year, from 0."""
    return date.fromisoformat(f"2001-{month_and_day}").timetuple().tm_yday - 1
