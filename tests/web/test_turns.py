"""What waits for a turn: which pages go ahead, and that a page which waits too long is refused."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import product
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import pytest

from ishizue.http.dispatch import CACHED, IN_TURN, READ
from ishizue.http.fair_queue import FairQueue, Overloaded
from ishizue.storage.single_flight import SingleFlight
from ishizue.visitors.cookies import COOKIE
from kirosample import almanac, horoscope, omikuji, quotes
from kirosample.app import App, build
from kirosample.costliest import sample
from kirosample.routes import ROUTES
from kirosample.web.drawing.cards import Card, encode
from tests.web.common import FORM
from tools.servers import NOON, SETTINGS, Running, noon

Response = tuple[int, bytes, bytes | None]
"""Its status, its content, and when to come again."""

TODAY, TOMORROW = "2026-11-24", "2026-11-25"
SIGNS = [sign.id for sign in horoscope.SIGNS]
VALUES = {
    **dict.fromkeys(("sign", "one", "other"), SIGNS),
    "quote_id": [quote.id for quote in quotes.load().quotes],
    "number": list(omikuji.lots()),
    "date": [TODAY, TOMORROW],
    "month_and_day": ["02-09", "11-24"],
    "purpose": ["wedding"],
    "shape": ["square"],
}
QUERIES = [
    "",
    *map("place={}".format, almanac.load_places()),
    *map("by={}".format, horoscope.AREAS),
]
WAITING = [
    pattern for method, pattern, _, cost in ROUTES if method == "GET" and cost in (CACHED, IN_TURN)
]


def targets(pattern: str) -> Iterator[str]:
    """All that may be requested of the route today."""
    names = re.findall(r"\{(\w+)\}", pattern)
    days = ("", f"today={TODAY}", f"today={TOMORROW}")
    for *values, query, day in product(
        *(VALUES[name] for name in names), [""] if names else QUERIES, days
    ):
        path = pattern.format(**dict(zip(names, values, strict=True)))
        yield f"{path}?{'&'.join(filter(None, (query, day)))}"


@pytest.fixture(scope="module")
def app() -> App:
    async def draw(card: Card, shape: str) -> bytes:
        return encode(card, shape)

    made = build(SETTINGS, None, clock=noon)
    made.portal.picture_renderer = SimpleNamespace(draw=draw)  # type: ignore[assignment]
    return made


async def get(app: App, target: str, *, packed: bool = True) -> Response:
    """The response."""
    path, _, query = target.partition("?")
    given = [(b"host", b"localhost"), *([(b"accept-encoding", b"gzip")] if packed else [])]
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "headers": given,
    }
    scope |= {"raw_path": path.encode(), "query_string": query.encode(), "client": ("::1", 1)}
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    await app.service.application(scope, lambda: asyncio.sleep(0, {}), send)
    return sent[0]["status"], sent[1]["body"], dict(sent[0]["headers"]).get(b"retry-after")


async def test_of_all_that_can_be_requested_of_today_only_what_opens_at_midnight_goes_ahead(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[Any, bool] = {}

    async def run(_: FairQueue, key: Any, *__: Any, ahead: bool) -> None:
        asked[key] = ahead
        raise Overloaded

    monkeypatch.setattr(FairQueue, "run", run)
    for pattern in WAITING:
        for target, packed in product(targets(pattern), (False, True)):
            await get(app, target, packed=packed)
    pages = {key[0] for key, is_ahead in asked.items() if is_ahead}
    templates = {"home": 1, "date": 1, "quote": 1, "horoscope": 4, "sign": 12}
    assert Counter((page[0], page[1]) for page in pages) == {
        (language, f"{name}.html"): number
        for language in ("ja", "en")
        for name, number in templates.items()
    }
    assert {page[2:4] for page in pages} == {(noon().date(), noon().date())}
    assert len(asked) > 1144


async def test_a_page_without_its_turn_in_time_is_refused_as_a_page(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendering = app.service.service_state.rendering
    monkeypatch.setattr(rendering, "_wait_seconds", 0.01)
    # A timer that is due earlier fires earlier, however late both are.
    held = asyncio.create_task(rendering.run(object(), ("another",), partial(asyncio.sleep, 0.1)))
    await asyncio.sleep(0)
    status, body, seconds = await get(app, "/quotes")
    await held
    assert (status, seconds, body[:15]) == (503, b"2", b"<!doctype html>")


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
