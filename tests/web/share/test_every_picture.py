"""Every picture of every kind is drawn, and nothing of it is cut off.

The test goes through all that the routes of pictures name in their paths: quotes, lots, birthdays,
signs, purposes and shapes, in both languages. Of days those with the longest words are taken, of
lucky days every sum in twenty years, and of two signs' days every headline and deed.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from types import SimpleNamespace

import pytest

from kirosample import almanac, horoscope, omikuji, quotes
from kirosample.horoscope.pairs.lines import load
from kirosample.routes import ROUTES
from kirosample.web.drawing.cards import SHAPES, Card, decode, encode
from kirosample.web.drawing.worker import picture
from tests.web.drawing.test_pictures import (
    EXTREME_DAYS,
    LONGEST_READINGS,
    has_free_margins,
    opened,
)
from tools.servers import Running, serving

pytestmark = pytest.mark.long

LEAP_YEAR = [date(2028, 1, 1) + timedelta(days) for days in range(366)]
VALUES = {
    "quote_id": [quote.id for quote in quotes.load().quotes],
    "number": list(omikuji.lots()),
    "month_and_day": [f"{day:%m-%d}" for day in LEAP_YEAR],
    "sign": [sign.id for sign in horoscope.SIGNS],
    "purpose": list(almanac.load_words().purposes),
    "date": [str(day) for day in (*EXTREME_DAYS, *(day for _, day in LONGEST_READINGS))],
}
"""All values of each parameter. Only the days around today have pictures: the clock moves."""


def sums() -> Iterator[dict[str, str]]:
    """A day of each sum of what falls on it, for each purpose."""
    for purpose in almanac.load_words().purposes.values():
        first_days: dict[object, date] = {}
        for year in range(2026, 2046):
            for day in almanac.Wish(purpose, date(year, 1, 1)).days():
                first_days.setdefault((day.reasons, day.against), day.date)
        yield from ({"purpose": purpose.id, "date": f"{day}"} for day in first_days.values())


def specials() -> Iterator[dict[str, str]]:
    """The days of VALUES, and one of each sum of 選日."""
    days = [date(2026, 1, 1) + timedelta(number) for number in range(20 * 365)]
    specials = [(special.lucky, day) for day in days if (special := almanac.special_day(day))]
    yield from ({"date": day} for day in (*VALUES["date"], *map(str, dict(specials).values())))


def told_of_pairs() -> Iterator[dict[str, str]]:
    """Pairs of signs on days that together have every headline and every deed."""
    left = {deed for thread in load() for deed in thread.deed}
    for thread in load():
        left |= {told.headline for told in (*thread.careful, *thread.even, *thread.bright)}
    day = date(2026, 11, 24)
    while left:
        for one, other in horoscope.PAIRS:
            pair = horoscope.pair(day, one, other)
            if not left.isdisjoint(said := {pair.headline, pair.deed}):
                left -= said
                yield {"one": one, "other": other, "date": f"{day}"}
        day += timedelta(1)


TOGETHER = {
    ("purpose", "date"): sums,
    ("date",): specials,
    ("date", "one", "other"): told_of_pairs,
}
"""Where not all values of one parameter go with all of another, by the names of both."""


def values_of(pattern: str) -> Iterator[dict[str, str]]:
    """The parameters of every path of a route."""
    names = re.findall(r"{(\w+)}", pattern)
    shapes = [{"shape": shape} for shape in SHAPES] if "shape" in names else [{}]
    names = [name for name in names if name != "shape"]
    if tuple(names) in TOGETHER and "ranking" not in pattern:
        parameters = list(TOGETHER[tuple(names)]())
    else:
        parameters = [
            dict(zip(names, values, strict=True))
            for values in product(*(VALUES[name] for name in names))
        ]
    return ({**given, **shape} for given in parameters for shape in shapes)


class Moving:
    """A server whose clock is set, and that sends the cards instead of their pictures."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 3, tzinfo=UTC)
        self.server: Running

    def card(self, path: str) -> tuple[Card, str]:
        """What is to be drawn at this path, and in which shape."""
        response = self.server.client.get(path)
        assert response.status_code == 200, path
        return decode(response.content)


@pytest.fixture(scope="module")
def moving() -> Iterator[Moving]:
    async def draw(card: Card, shape: str) -> bytes:
        return encode(card, shape)

    made = Moving()
    with serving(None, clock=lambda: made.now) as made.server:
        made.server.portal.picture_renderer = SimpleNamespace(draw=draw)  # type: ignore[assignment]
        yield made


@pytest.mark.parametrize("pattern", [path for _, path, *_ in ROUTES if path.endswith(".png")])
def test_every_picture_of_a_route_is_drawn(moving: Moving, pattern: str) -> None:
    failed = []
    for given in values_of(pattern):
        if "date" in given:
            moving.now = datetime.fromisoformat(f"{given['date']}T03:00:00+00:00")
        path = pattern.format(**given)
        try:
            assert has_free_margins(opened(picture(*moving.card(path)))), "it has no margins"
        except Exception as error:
            failed.append(f"{path}: {error}")
    assert not failed, "\n".join(failed)
