"""The work that an uncached page costs."""

import importlib
from collections.abc import Callable
from datetime import date, timedelta
from unittest.mock import Mock

import pytest

from kirosample.almanac import composition, terms
from kirosample.almanac.astronomy import ephemeris, moon
from tools.servers import serving

SKY = importlib.import_module("kirosample.horoscope.sky")  # the package's `sky` is the function
DAYS = [date(1931, 3, 1) + timedelta(days=431 * n) for n in range(20)]


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> Callable[[object, str], Mock]:
    """Count the calls of a function."""

    def replace(module: object, name: str) -> Mock:
        counted = Mock(wraps=getattr(module, name))
        monkeypatch.setattr(module, name, counted)
        return counted

    return replace


def test_a_day_needs_one_sunrise_and_no_search_for_an_instant(
    count: Callable[[object, str], Mock],
) -> None:
    composition.day.cache_clear()
    SKY.longitude.cache_clear()
    sunrises = count(composition, "sun")
    instants = [count(module, "when") for module in (moon, terms, ephemeris)]
    with serving(None) as cold:
        for day in DAYS:
            cold.text(f"/date?date={day}")
            cold.text(f"/quote?date={day}")  # shows no sky
            cold.text(f"/en/date?date={day}")
    assert sunrises.call_count == len(DAYS)
    bodies = SKY.longitude.cache_info().misses
    assert bodies == 2 * len(DAYS), "the Moon and the Sun, for the picture of the phase"
    assert [each.call_count for each in instants] == [0, 0, 0]
