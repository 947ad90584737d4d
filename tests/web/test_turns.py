"""What waits for a turn: which pages go ahead, and that a page which waits too long is refused."""

from itertools import product
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import pytest

from ishizue.http.dispatch import CACHED, IN_TURN, READ
from ishizue.http.fair_queue import FairQueue, Overloaded
from ishizue.storage.single_flight import SingleFlight
from ishizue.visitors.cookies import COOKIE
from kirosample.costliest import sample
from kirosample.routes import ROUTES
from tests.web.common import FORM
from tools.servers import NOON, Running

OPENED_AT_MIDNIGHT = ("/", "/date", "/quote", "/horoscope", "/horoscope?by=love", "/horoscope/leo")
OTHERS = (
    "/?today=2026-11-25",
    "/date?date=2026-11-25",
    "/date?place=naha",
    "/horoscope/leo?date=2026-11-23",
    "/horoscope/leo/aries",
    "/quotes",
)


@pytest.mark.parametrize(("paths", "expected"), [(OPENED_AT_MIDNIGHT, True), (OTHERS, False)])
def test_only_what_opens_at_midnight_goes_ahead_and_without_a_turn_a_page_is_refused(
    pages: Running, monkeypatch: pytest.MonkeyPatch, paths: tuple[str, ...], expected: bool
) -> None:
    asked: list[bool] = []

    async def run(*_: Any, ahead: bool) -> None:
        asked.append(ahead)
        raise Overloaded

    monkeypatch.setattr(FairQueue, "run", run)
    for base, path in product(("", "/en"), paths):
        refused = pages.client.get(base + path)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "2"), path
        assert refused.text.startswith("<!doctype html>")
    assert asked == [expected] * 2 * len(paths)


def test_a_cold_request_waits_as_its_route_says(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The costliest request of each, as a visitor's: for a turn, or with others for a read."""
    waits: list[str] = []
    for name, of, method in (("turn", FairQueue, "run"), ("flight", SingleFlight, "flight")):
        usual = getattr(of, method)

        def counted(*arguments: Any, name: str = name, usual: Any = usual, **named: Any) -> Any:
            waits.append(name)
            return usual(*arguments, **named)

        monkeypatch.setattr(of, method, counted)
    assert server.portal.favorites
    cookie = f"{COOKIE}={server.portal.favorites.visitors.sign(UUID(int=1))}"
    asset = server.portal.assets.url("style.css").rpartition("/")[2]
    for number, (method, pattern, _, cost) in enumerate(ROUTES):
        sent = sample(method, pattern, number, NOON.date(), name=asset)
        lot = f"omikuji={NOON.date()}.{sent.target.rpartition('/')[2]}"  # only redirects without it
        headers = {"Cookie": f"{cookie}; {lot}"}
        options: dict[str, Any] = {"json": dict(parse_qsl(sent.fields))}
        if "/api/" not in pattern:
            headers |= FORM
            options = {"content": sent.fields}
        waits.clear()
        response = server.client.request(method, sent.target, headers=headers, **options)
        server.client.cookies.clear()
        assert response.status_code < 500, pattern
        if cost == READ:
            assert waits or pattern.endswith("/readyz"), pattern
        elif cost in (CACHED, IN_TURN):
            assert "turn" in waits, pattern


@pytest.mark.parametrize(
    ("path", "is_own"),
    [
        ("/favorites?mine=true", True),
        ("/api/favorites/mine", True),
        ("/favorites/export.csv", True),
        ("/favorites/export.json", True),
        ("/api/favorites?limit=7", False),
    ],
)
def test_only_an_own_list_has_its_visitor_s_place_in_the_queue(
    server: Running, monkeypatch: pytest.MonkeyPatch, path: str, *, is_own: bool
) -> None:
    """Others behind the address, who invent lists, do not delay it."""
    me = UUID(int=1)
    owners: list[Any] = []
    usual = FairQueue.run

    async def run(queue: FairQueue, key: Any, place: Any, *rest: Any, **named: Any) -> Any:
        if queue is server.service_state.reads:
            owners.append(place[-1])
        return await usual(queue, key, place, *rest, **named)

    monkeypatch.setattr(FairQueue, "run", run)
    assert server.portal.favorites
    cookie = f"{COOKIE}={server.portal.favorites.visitors.sign(me)}"
    assert server.client.get(path, headers={"Cookie": cookie}).status_code == 200
    assert owners == [me if is_own else None]
