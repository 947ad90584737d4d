"""What each route says of its cost holds: its CPU time, and that it waits its turn."""

import functools
import gc
import re
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from ishizue.http.dispatch import Cost
from ishizue.http.fair_queue import FairQueue
from ishizue.storage.single_flight import SingleFlight
from ishizue.testing.postgres import fresh_database
from kirosample.routes import EN, ROUTES
from kirosample.web.drawing.cards import Card, encode
from tools.servers import Running, serving

pytestmark = [pytest.mark.slow, pytest.mark.serial]

TIMES = 10

ADDING_MS = 0.5
"""What `_adding` takes on the core whose milliseconds a `Cost` states."""

DAY = "?date={year}-05-{day}"
WORDS = "&q=" + "+".join("etaoinshr" * 5) + "+{letter}"
SEEN = "?not={seen}"
COSTLIEST = {
    "/": DAY,
    "/date": f"{DAY}&place=naha",
    "/year": "?year={year}",
    "/days": "?for=car&from={year}-05-{day}",
    "/days.ics": "?for=car&from={year}-05-{day}&alarm=07:30",
    "/horoscope": f"{DAY}&by=love",
    "/horoscope/{sign}": DAY,
    "/horoscope/{one}/{other}": DAY,
    "/quote": DAY,
    "/quotes": f"?limit=100{WORDS}",
    "/quote/random": SEEN,
    "/favorites": "?mine=true&limit={limit}",
    "/api/date": f"{DAY}&place=naha&lang=en",
    "/api/days": "?for=car&from={year}-05-{day}&lang=en",
    "/api/horoscopes": f"{DAY}&lang=en",
    "/api/horoscopes/{sign}": f"{DAY}&lang=en",
    "/api/quotes": f"?limit=100&lang=en{WORDS}",
    "/api/quotes/today": f"{DAY}&lang=en",
    "/api/quotes/random": SEEN,
    "/api/favorites": "?limit={limit}",
    "/api/favorites/mine": "?limit={limit}",
    "/calendar.ics": "?zassetsu=true&kou=true&observances=true&senjitsu=true&moon=true&rokuyo=true"
    "&alarm=07:{day}",
    "/calendar": "?kou=true&moon=true&alarm=07:{day}",
    "/calendar/{sign}.ics": "?alarm=07:{day}",
}
"""The query of a route's costliest request; others have none."""

SENT = {
    "/birthday": {"year": "{year}", "month": "5", "day": "{day}"},
    "/favorites": {"like": "horoscope:2026-11-{day}.leo"},
    "/favorites/transfer": {"code": "0000-0000-00{day}"},
    "/favorites/transfer/redeem": {"code": "0000-0000-00{day}"},
    "/api/favorites": {"type": "horoscope", "item": "2026-11-{day}.leo"},
    "/api/favorites/transfers/redeem": {"code": "0000-0000-00{day}"},
}
"""The fields of a write, as a form or as JSON."""

KEPT = {"/omikuji/mine/{number}": "omikuji=2026-11-24.{number}"}
"""The cookie without which a page is only a redirect."""


async def drawn(card: Card, shape: str) -> bytes:
    """In place of a picture what another process gets to draw it: its time is not counted here."""
    return encode(card, shape)


class Costs:
    """A server whose thread's CPU time is read, and a visitor with many favorites."""

    def __init__(self, server: Running, visitor: httpx.Client, thread: threading.Thread) -> None:
        self.server = server
        self.visitor = visitor
        self._clock = time.pthread_getcpuclockid(thread.ident or 0)
        quotes = server.portal.catalogue.quotes
        self.quotes = [quote.id for quote in quotes]
        self._bounded = [
            one
            for one in gc.get_objects()
            if isinstance(one, functools._lru_cache_wrapper)
            and one.__module__.startswith("kirosample.")
            and one.cache_parameters()["maxsize"]
        ]
        server.portal.picture_renderer = SimpleNamespace(draw=drawn)  # type: ignore[assignment]
        self._asset = server.portal.assets.url("style.css").rpartition("/")[2]
        for quote in quotes[:200]:
            self.send("POST", "/api/favorites", json={"type": "quote", "item": quote.id})

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        response = self.visitor.request(method, path, **options)
        assert response.status_code < 500, response.text
        return response

    def of(self, method: str, pattern: str, number: int) -> float:
        """Milliseconds of a cold request, on the core of `Cost`."""
        values = {
            "sign": "leo",
            "one": "capricorn",
            "other": "pisces",
            "quote_id": self.quotes[number * 7],
            "date": f"2026-11-{23 + number % 3}",
            "shape": "square",
            "month_and_day": f"05-{10 + number}",
            "name": self._asset,
            "favorite_id": f"{number + 1}",
            "year": f"{1910 + number * 11}",
            "day": f"{10 + number}",
            "letter": "lucdmfwypgb"[number],
            "seen": ",".join(self.quotes[number : number + 60]),
            "limit": f"{100 - number}",
            "number": f"{1 + number * 9}",
        }
        base = pattern.removeprefix(EN) or "/"

        def filled(text: str) -> str:
            return re.sub(r"\{(\w+)\}", lambda match: values[match[1]], text)

        path = filled(pattern + COSTLIEST.get(base, "") * (method == "GET"))
        options: dict[str, Any] = {}
        if base in KEPT:
            options["headers"] = {"Cookie": filled(KEPT[base])}
        if method == "POST":
            fields = {name: filled(value) for name, value in SENT.get(base, {}).items()}
            if base.startswith("/api/"):
                options["json"] = fields
            else:
                options["data"] = fields
                options["headers"] = {"Content-Type": "application/x-www-form-urlencoded"}
        self.forget()
        before = time.clock_gettime(self._clock)
        self.send(method, path, **options)
        spent = time.clock_gettime(self._clock) - before
        return spent * 1000 * ADDING_MS / _adding()

    def forget(self) -> None:
        """Have the next request find nothing of earlier ones."""
        cache = self.server.service_state.page_cache
        for page in tuple(cache._pages.values()):
            cache._drop(page)
        for bounded in self._bounded:
            bounded.cache_clear()
        if self.server.portal.favorites:
            self.server.portal.favorites.transfer_limit._full_at.clear()


def _adding() -> float:
    """Milliseconds of CPU that this core takes, at best, to add ten thousand squares."""

    def once() -> float:
        before = time.thread_time()
        sum(number * number for number in range(10_000))
        return time.thread_time() - before

    return min(once() for _ in range(5)) * 1000


@pytest.fixture(scope="module")
def costs(embedded_postgres: str) -> Iterator[Costs]:
    threads = set(threading.enumerate())
    with fresh_database(embedded_postgres) as address, serving(address) as server:
        server.ready()
        (thread,) = {
            one for one in threading.enumerate() if one.name.startswith("Thread")
        } - threads
        with server.visitor() as visitor:
            yield Costs(server, visitor, thread)


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was waited for: a turn, or a flight."""
    found: list[str] = []

    def counting(name: str, usual: Callable[..., Any]) -> Callable[..., Any]:
        def count(*arguments: Any, **named: Any) -> Any:
            found.append(name)
            return usual(*arguments, **named)

        return count

    monkeypatch.setattr(FairQueue, "run", counting("turn", FairQueue.run))
    monkeypatch.setattr(SingleFlight, "flight", counting("flight", SingleFlight.flight))
    return found


@pytest.mark.parametrize(
    ("method", "pattern", "cost"),
    [(method, pattern, cost) for method, pattern, _, cost in ROUTES],
    ids=str,
)
def test_a_request_costs_at_most_twice_what_its_route_says(
    costs: Costs, turns: list[str], method: str, pattern: str, cost: Cost
) -> None:
    costs.of(method, pattern, TIMES)  # what is done once in a process is no part of it
    turns.clear()
    for number in range(TIMES):
        # CPU time too is longer beside a busy core: what is costly is so each time.
        tries = (costs.of(method, pattern, number) for _ in range(8))
        assert any(spent <= 2 * cost.milliseconds for spent in tries), (pattern, number)
    if cost.kind == "read":
        assert len(turns) >= TIMES or pattern.endswith("/readyz")
    elif cost.kind != "cheap":
        assert turns.count("turn") >= TIMES
