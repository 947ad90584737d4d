"""What waits for a turn: which pages go ahead, and that nothing is lost while a page waits."""

import asyncio
import gzip
import re
from collections import Counter
from collections.abc import Callable, Coroutine, Generator, Iterator
from functools import partial
from itertools import product
from types import SimpleNamespace, coroutine
from typing import Any

import pytest

from ishizue.http.exchange import ClientLeft
from ishizue.http.fair_queue import FairQueue
from kirosample import almanac, horoscope, omikuji, quotes
from kirosample.app import App, build
from kirosample.routes import ROUTES
from kirosample.web.drawing.cards import Card, encode
from tools.servers import SETTINGS, noon

TODAY, TOMORROW = "2026-11-24", "2026-11-25"
SIGNS = [sign.id for sign in horoscope.SIGNS]
VALUES = {
    "sign": SIGNS,
    "one": SIGNS,
    "other": SIGNS,
    "quote_id": [quote.id for quote in quotes.load().quotes],
    "date": [TODAY, TOMORROW],
    "month_and_day": ["02-09", "11-24"],
    "number": list(omikuji.lots()),
    "shape": ["square"],
}
"""What the parameters of a path may be."""

QUERIES = {
    "date": ["", TODAY, TOMORROW],
    "today": ["", TODAY, TOMORROW],
    "lang": ["", "en"],
    "place": ["", *almanac.PLACES],
    "by": ["", "overall", *horoscope.AREAS],
}
"""What the day's pages take in a query. Pages with a parameter in their path have no place."""

WAITING = [
    (pattern, kind)
    for method, pattern, _, (kind, _) in ROUTES
    if method == "GET" and kind in ("cached", "in turn")
]


def paths(pattern: str) -> Iterator[str]:
    """The route's paths, with each value of their parameters."""
    names = re.findall(r"\{(\w+)\}", pattern)
    for values in product(*(VALUES[name] for name in names)):
        yield pattern.format(**dict(zip(names, values, strict=True)))


def queries(pattern: str) -> Iterator[str]:
    """What a path of the route may have for a query, today."""
    names = [name for name in QUERIES if "{" not in pattern or name in ("date", "today")]
    for values in product(*(QUERIES[name] for name in names)):
        given = [f"{name}={value}" for name, value in zip(names, values, strict=True) if value]
        if len(given) < 3 or "place" not in "".join(given):
            yield "&".join(given)


async def drawn(card: Card, shape: str) -> bytes:
    """In place of the processes that draw."""
    return encode(card, shape)


@pytest.fixture(scope="module")
def app() -> App:
    made = build(SETTINGS, None, clock=noon)
    made.portal.picture_renderer = SimpleNamespace(draw=drawn)  # type: ignore[assignment]
    return made


def response(app: App, target: str, *, gzip: bool) -> tuple[Coroutine[Any, Any, None], list[Any]]:
    """What serves this target, and the ASGI messages that it sends."""
    path, _, query = target.partition("?")
    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(),
        "query_string": query.encode(), "scheme": "http", "client": ("192.0.2.1", 1),
        "headers": [(b"host", b"localhost"), *[(b"accept-encoding", b"gzip")] * gzip],
    }  # fmt: skip
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    return app.service.application(scope, receive, send), sent  # type: ignore[return-value]


def test_of_all_that_can_be_requested_of_today_only_what_opens_at_midnight_goes_ahead(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[Any, bool] = {}

    async def run(_: FairQueue, key: Any, *__: Any, ahead: bool) -> None:
        asked[key] = ahead
        raise ClientLeft

    async def request_all() -> None:
        for pattern, _ in WAITING:
            for path, query, packed in product(paths(pattern), queries(pattern), (False, True)):
                await response(app, f"{path}?{query}", gzip=packed)[0]

    monkeypatch.setattr(FairQueue, "run", run)
    asyncio.run(request_all())
    ahead = {key[0] for key, is_ahead in asked.items() if is_ahead}
    assert Counter((page[0], page[1]) for page in ahead) == {
        (language, template): number
        for language in ("ja", "en")
        for template, number in (
            ("home.html", 1), ("date.html", 1), ("quote.html", 1), ("horoscope.html", 4),
            ("sign.html", 12),
        )
    }  # fmt: skip
    assert len(ahead) == 38
    assert {(page[2], page[3]) for page in ahead} == {(noon().date(), noon().date())}
    assert len(asked) > 1144


@coroutine
def interrupted(work: Coroutine[Any, Any, None], interrupt: Callable[[], None]) -> Generator[Any]:
    """Await this, and interrupt it whenever it begins to wait and has waited."""
    while True:
        try:
            awaited = work.send(None)
        except StopIteration:
            return
        interrupt()
        yield awaited
        interrupt()


class Evicting:
    """Empties the page cache at one of the times at which a request waits."""

    def __init__(self, app: App, at: int) -> None:
        self._app, self._left = app, at

    def __call__(self) -> None:
        if self._left == 0:
            empty(self._app)
        self._left -= 1

    @property
    def was_there(self) -> bool:
        """Whether the request waited at that time."""
        return self._left < 0


def empty(app: App) -> None:
    cache = app.service.service_state.page_cache
    for page in tuple(cache._pages.values()):
        cache._drop(page)


async def body(
    app: App, target: str, *, packed: bool, interrupt: Callable[[], None]
) -> tuple[int, bytes]:
    """The status and the content of the response that waits for each of its turns."""
    queues = (app.service.service_state.rendering, app.portal.drawing)
    others = [
        asyncio.create_task(queue.run(object(), ("another",), partial(asyncio.sleep, 0)))
        for queue in queues
    ]
    await asyncio.sleep(0)
    serving, (sent) = response(app, target, gzip=packed)
    await interrupted(serving, interrupt)
    await asyncio.gather(*others)
    while any(queue._busy for queue in queues):  # noqa: ASYNC110  (it has no event)
        await asyncio.sleep(0)
    assert not app.service.service_state.page_cache._drafts
    start, content = sent
    is_packed = (b"content-encoding", b"gzip") in start["headers"]
    return start["status"], gzip.decompress(content["body"]) if is_packed else content["body"]


@pytest.mark.parametrize("is_cached", [False, True])
@pytest.mark.parametrize("pattern", [pattern for pattern, _ in WAITING])
def test_a_page_is_whole_whenever_the_cache_drops_it(
    app: App, pattern: str, *, is_cached: bool
) -> None:
    """For who takes gzip, also if the cache had the page for those who do not."""
    target = next(paths(pattern))

    async def disturb() -> None:
        never = Evicting(app, -1)
        empty(app)
        undisturbed = await body(app, target, packed=False, interrupt=never)
        assert undisturbed[0] == 200 or "mine" in target or "transfer" in target
        for at in range(1_000):
            empty(app)
            if is_cached:
                await body(app, target, packed=False, interrupt=never)
            evicting = Evicting(app, at)
            assert await body(app, target, packed=True, interrupt=evicting) == undisturbed
            if not evicting.was_there:
                return

    asyncio.run(disturb())
