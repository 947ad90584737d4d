"""The work that an uncached page costs."""

import importlib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from kirosample import quotes
from kirosample.almanac import composition, terms
from kirosample.almanac.astronomy import ephemeris, moon
from kirosample.quotes import Author, Catalogue, Quote, searching
from kirosample.text import Text
from kirosample.web.i18n.messages import Messages
from kirosample.web.templating.listing import Listing
from tools.servers import Running, serving

SKY = importlib.import_module("kirosample.horoscope.sky")  # the package's `sky` is the function
DAYS = [date(1931, 3, 1) + timedelta(days=431 * n) for n in range(20)]


class Counted:
    """Wraps a function and counts its calls."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.calls = 0

    def __call__(self, *given: Any, **named: Any) -> Any:
        self.calls += 1
        return self.function(*given, **named)


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> Callable[[object, str], Counted]:
    def replace(module: object, name: str) -> Counted:
        counted = Counted(getattr(module, name))
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
    cold: Running, count: Callable[[object, str], Counted], prefix: str
) -> None:
    composition.day.cache_clear()
    SKY.phase.cache_clear()
    sunrises, bodies = count(composition, "sun"), count(SKY, "_longitude")
    instants = [count(module, "when") for module in (moon, terms, ephemeris)]
    for day in DAYS:
        get(cold, f"{prefix}/date?date={day}")
    assert sunrises.calls == len(DAYS)
    assert bodies.calls == 2 * len(DAYS), "the Moon and the Sun, for the picture of the phase"
    assert [each.calls for each in instants] == [0, 0, 0]


def test_a_page_that_shows_no_sky_computes_none(
    cold: Running, count: Callable[[object, str], Counted]
) -> None:
    composition.day.cache_clear()
    SKY.phase.cache_clear()
    sunrises, bodies = count(composition, "sun"), count(SKY, "_longitude")
    for day in DAYS:
        get(cold, f"/quote?date={day}")
    get(cold, "/quotes?limit=7")
    get(cold, "/about")
    get(cold, "/api")
    assert (sunrises.calls, bodies.calls) == (0, 0)
    for path in ("/nothing", "/quote/nothing"):
        assert cold.client.get(path).status_code == 404
    assert (sunrises.calls, bodies.calls) == (0, 2), "the Moon and the Sun of today, once"


def test_a_search_normalizes_nothing_but_its_own_words(
    cold: Running, count: Callable[[object, str], Counted]
) -> None:
    get(cold, "/en/quotes?q=first")
    folded = count(searching, "folded")
    for number in range(5):
        get(cold, f"/en/quotes?q=love{number}")
        get(cold, f"/quotes?q=love{number}")
        get(cold, f"/api/quotes?q=love{number}")
    assert folded.calls == 15


def test_a_quote_and_a_name_in_lists_are_rendered_once() -> None:
    render = Counted(lambda template, **given: f"<{template} {given}>")
    found = quotes.load()
    listing = Listing(found, Messages("ja"), render)
    names = len(found.authors()) + len(found.topics())
    for start in range(10):
        listing.items(found.quotes[start : start + 100], with_author=True)
        listing.links("author", "")
        listing.links("topic", "nothing we have")
    assert render.calls == 109 + names
    topic = next(iter(found.topics()))
    assert "'is_chosen': True" in listing.links("topic", topic)
    assert render.calls == 110 + names, "and the chosen one, for its own page"
    assert "'is_chosen': True" not in listing.links("topic", "")


def test_cached_list_items_stay_escaped(cold: Running) -> None:
    hostile = Quote(
        "a",
        Text("<b>&\"'", "words"),
        Author(Text("<i>", "name")),
        Text("<u>", "source"),
        *(None, None, ("旅",), "cited", None),
    )
    environment = cold.portal.templates._environments["ja"]
    listing = Listing(Catalogue([hostile]), Messages("ja"), environment.render_template)
    for _ in range(2):
        items = listing.items([hostile], with_author=True)
        assert "&lt;b&gt;&amp;" in items
        assert "&lt;u&gt;" in items
        assert not any(
            tag in items + listing.links("author", "<i>") for tag in ("<b>", "<i>", "<u>")
        )
