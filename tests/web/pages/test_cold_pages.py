"""The work that an uncached page costs."""

import importlib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from unittest.mock import Mock

import pytest

from kirosample.almanac import composition, terms
from kirosample.almanac.astronomy import ephemeris, moon
from kirosample.quotes import searching
from tools.servers import Running, serving

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


@pytest.fixture(scope="module")
def cold() -> Iterator[Running]:
    """A server for this module alone, with an empty cache."""
    with serving(None) as running:
        yield running


def get(server: Running, path: str) -> None:
    assert server.client.get(path).status_code == 200


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_day_needs_one_sunrise_and_no_search_for_an_instant(
    cold: Running, count: Callable[[object, str], Mock], prefix: str
) -> None:
    composition.day.cache_clear()
    SKY.phase.cache_clear()
    sunrises, bodies = count(composition, "sun"), count(SKY, "_longitude")
    instants = [count(module, "when") for module in (moon, terms, ephemeris)]
    for day in DAYS:
        get(cold, f"{prefix}/date?date={day}")
    assert sunrises.call_count == len(DAYS)
    assert bodies.call_count == 2 * len(DAYS), "the Moon and the Sun, for the picture of the phase"
    assert [each.call_count for each in instants] == [0, 0, 0]


def test_a_page_that_shows_no_sky_computes_none(
    cold: Running, count: Callable[[object, str], Mock]
) -> None:
    composition.day.cache_clear()
    SKY.phase.cache_clear()
    sunrises, bodies = count(composition, "sun"), count(SKY, "_longitude")
    for day in DAYS:
        get(cold, f"/quote?date={day}")
    get(cold, "/quotes?limit=7")
    get(cold, "/about")
    get(cold, "/api")
    assert (sunrises.call_count, bodies.call_count) == (0, 0)
    for path in ("/nothing", "/quote/nothing"):
        assert cold.client.get(path).status_code == 404
    assert (sunrises.call_count, bodies.call_count) == (0, 2), "the Moon and the Sun of today, once"


def test_a_search_normalizes_nothing_but_its_own_words(
    cold: Running, count: Callable[[object, str], Mock]
) -> None:
    get(cold, "/en/quotes?q=first")
    folded = count(searching, "folded")
    for number in range(5):
        get(cold, f"/en/quotes?q=love{number}")
        get(cold, f"/quotes?q=love{number}")
        get(cold, f"/api/quotes?q=love{number}")
    assert folded.call_count == 15
