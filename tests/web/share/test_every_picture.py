"""Every picture of every kind is drawn, and nothing of it is cut off.

What the routes of pictures name in their paths is gone through to its end: quotes, lots, birthdays,
signs and shapes, in both languages. Of days those with the longest words are taken.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from types import SimpleNamespace

import pytest

from kirosample import horoscope, omikuji, quotes
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
    "date": [str(day) for day in (*EXTREME_DAYS, *(day for _, day in LONGEST_READINGS))],
    "shape": SHAPES,
}
"""All values of each parameter. Only the days around today have pictures: the clock moves."""


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

    one = Moving()
    with serving(None, clock=lambda: one.now) as one.server:
        one.server.portal.picture_renderer = SimpleNamespace(draw=draw)  # type: ignore[assignment]
        yield one


@pytest.mark.parametrize("pattern", [path for _, path, *_ in ROUTES if path.endswith(".png")])
def test_every_picture_of_a_route_is_drawn(moving: Moving, pattern: str) -> None:
    names = re.findall(r"{(\w+)}", pattern)
    failed = []
    for values in product(*(VALUES[name] for name in names)):
        given = dict(zip(names, values, strict=True))
        if "date" in given:
            moving.now = datetime.fromisoformat(f"{given['date']}T03:00:00+00:00")
        path = pattern.format(**given)
        try:
            assert has_free_margins(opened(picture(*moving.card(path)))), "it has no margins"
        except Exception as error:
            failed.append(f"{path}: {error}")
    assert not failed, "\n".join(failed)
