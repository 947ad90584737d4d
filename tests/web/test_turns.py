"""What waits for a turn: which pages go ahead, and that a page which waits is whole or refused."""

import asyncio
import gzip
import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest

from ishizue.http.fair_queue import FairQueue, Overloaded
from kirosample import almanac, horoscope, omikuji, quotes
from kirosample.app import App, build
from kirosample.routes import ROUTES
from kirosample.web.drawing.cards import Card, encode
from tools.servers import SETTINGS, noon

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
    pattern
    for method, pattern, _, cost in ROUTES
    if method == "GET" and cost.kind in ("cached", "in turn")
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
    """The response, once the queues are empty."""
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
    while any(queue._busy for queue in queues(app)):  # noqa: ASYNC110  (it has no event)
        await asyncio.sleep(0)
    headers, body = dict(sent[0]["headers"]), sent[1]["body"]
    unpacked = gzip.decompress(body) if b"content-encoding" in headers else body
    return sent[0]["status"], unpacked, headers.get(b"retry-after")


def queues(app: App) -> tuple[FairQueue, ...]:
    return app.service.service_state.rendering, app.portal.drawing


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


async def after(iterations: int, app: App) -> None:
    """Empty the page cache after so many iterations of the event loop."""
    for _ in range(iterations):
        await asyncio.sleep(0)
    cache = app.service.service_state.page_cache
    assert iterations or not cache._drafts
    for page in tuple(cache._pages.values()):
        cache._drop(page)


@pytest.mark.parametrize("is_cached", [False, True])
@pytest.mark.parametrize("pattern", WAITING)
async def test_a_page_is_whole_whenever_the_cache_drops_it(
    app: App, pattern: str, *, is_cached: bool
) -> None:
    """For who takes gzip, also if the cache had the page for those who do not."""
    target, evicted, iterations = next(targets(pattern)), True, 0
    await after(0, app)
    undisturbed = await get(app, target, packed=False)
    while evicted:
        await after(0, app)
        if is_cached:
            await get(app, target, packed=False)
        for queue in queues(app):
            other = queue.run(object(), ("another",), partial(asyncio.sleep, 0))
            asyncio.create_task(other)  # noqa: RUF006  (`get` waits for it)
        await asyncio.sleep(0)
        evicting = asyncio.create_task(after(iterations, app))
        assert await get(app, target) == undisturbed
        evicted, iterations = evicting.done(), iterations + 1
        evicting.cancel()


async def test_a_page_without_its_turn_in_time_is_refused_as_a_page(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    await after(0, app)
    rendering = app.service.service_state.rendering
    monkeypatch.setattr(rendering, "_wait_seconds", 0.01)
    # A timer that is due earlier fires earlier, however late both are.
    held = asyncio.create_task(rendering.run(object(), ("another",), partial(asyncio.sleep, 0.1)))
    await asyncio.sleep(0)
    status, body, seconds = await get(app, "/quotes")
    await held
    assert (status, seconds, body[:15]) == (503, b"2", b"<!doctype html>")
