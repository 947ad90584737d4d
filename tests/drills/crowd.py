"""The load: visitors who like, withdraw and read, each request with its time and its answer."""

import asyncio
import itertools
import json
import random
import ssl
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

from tests.drills.ledger import Ledger
from tests.drills.wire import Answer, Cut, Link, Refused, request
from tests.drills.world import COOKIE_KEY

from kirosample import quotes
from kirosample.web.visitors import COOKIE, Visitors

ITEMS = tuple(quote.id for quote in quotes.load().search())
"""The ids of all quotes."""

PAGES = ("/", "/date", "/horoscope", "/horoscope/aries", "/quote", f"/quote/{ITEMS[0]}", "/about")
"""The day's pages."""

_PAUSE_SECONDS = 0.02
"""Between a failure and the next try of the same client."""

_WARM_UP = 500
"""Successful requests before a fault is injected."""

_visitors = Visitors((COOKIE_KEY.encode(),))


@dataclass(frozen=True, slots=True)
class Sample:
    """One request: when, what kind, and its status; 0 where it was cut without an answer."""

    began: float
    ended: float
    kind: str
    status: int
    reused: bool
    retry_after: bool = False

    @property
    def seconds(self) -> float:
        return self.ended - self.began


class Crowd:
    """Clients of one or more servers, and the ledger of what they did."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.ledger = Ledger()
        self.samples: list[Sample] = []
        self.refused = 0
        self.ids: dict[str, int] = {}
        self._addresses = itertools.count(1)
        self._over = asyncio.Event()

    async def answered(self, number: int = _WARM_UP, patience: float = 20) -> None:
        """Wait until this many more requests have succeeded. Raises TimeoutError."""
        first = len(self.samples)
        async with asyncio.timeout(patience):
            while sum(s.status in (200, 201) for s in self.samples[first:]) < number:  # noqa: ASYNC110
                await asyncio.sleep(_PAUSE_SECONDS)

    def like_request(self, item: str, visitor: UUID) -> bytes:
        headers = self.headers(visitor) | {"Content-Type": "application/json"}
        body = json.dumps({"type": "quote", "item": item}).encode()
        return request("POST", "/api/favorites", headers, body)

    def headers(self, visitor: UUID | None = None) -> dict[str, str]:
        """From an address never seen before, so that nobody is too quick for the write limit."""
        address = next(self._addresses)
        forwarded = f"10.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}"
        cookie = {"Cookie": f"{COOKIE}={_visitors.sign(visitor)}"} if visitor else {}
        return {"X-Forwarded-For": forwarded, **cookie}

    async def like(self, link: Link, item: str, visitor: UUID) -> Answer:
        """Raises Refused, Cut."""
        raw = self.like_request(item, visitor)
        await link.open()
        self.ledger.send(f"quote:{item}", visitor)
        answer = await self.timed(link, "write", raw)
        self.settle_like(item, visitor, answer)
        return answer

    def settle_like(self, item: str, visitor: UUID, answer: Answer) -> None:
        self.ledger.settle(f"quote:{item}", visitor, answer.status)
        if answer.status in (200, 201):
            self.ids[item] = json.loads(answer.body)["id"]

    async def withdraw(self, link: Link, item: str, visitor: UUID) -> Answer:
        """Of an item whose favorite's id an answer has told before. Raises Refused, Cut."""
        raw = request("DELETE", f"/api/favorites/{self.ids[item]}", self.headers(visitor))
        await link.open()
        self.ledger.send(f"quote:{item}", visitor, withdrawal=True)
        answer = await self.timed(link, "write", raw)
        self.ledger.settle(f"quote:{item}", visitor, answer.status, withdrawal=True)
        return answer

    async def read(
        self, link: Link, target: str, kind: str = "page", headers: dict[str, str] | None = None
    ) -> Answer:
        """Raises Refused, Cut."""
        await link.open()
        return await self.timed(link, kind, request("GET", target, headers))

    async def timed(self, link: Link, kind: str, raw: bytes) -> Answer:
        """Ask on an open link, and note how it went. Raises Cut."""
        began, reused = time.monotonic(), link.reused
        try:
            answer = await link.ask(raw)
        except Cut:
            self.samples.append(Sample(began, time.monotonic(), kind, 0, reused))
            raise
        retry = "retry-after" in answer.headers
        self.samples.append(Sample(began, time.monotonic(), kind, answer.status, reused, retry))
        return answer

    async def liker(self, port: int, items: Sequence[str] = ITEMS[:20]) -> None:
        """Likes of ever new visitors, one after the other."""

        async def once(link: Link) -> None:
            answer = await self.like(link, random.choice(items), uuid4())
            if answer.status >= 500:
                await asyncio.sleep(_PAUSE_SECONDS)

        await self.repeat(port, once)

    async def reader(self, port: int, pages: Sequence[str] = PAGES, pause: float = 0.01) -> None:
        """Reads one page after the other, as people do: with a pause."""
        targets = itertools.cycle(random.sample(pages, len(pages)))

        async def once(link: Link) -> None:
            await self.read(link, next(targets))
            await asyncio.sleep(random.uniform(0, 2 * pause))

        await self.repeat(port, once)

    async def repeat(self, port: int, once: Callable[[Link], Awaitable[None]]) -> None:
        """Until the crowd goes home, over one link, opened again when it was cut."""
        link = Link(port, self._tls)
        try:
            while not self._over.is_set():
                try:
                    await once(link)
                except Refused:
                    self.refused += 1
                    await asyncio.sleep(_PAUSE_SECONDS)
                except Cut:
                    await asyncio.sleep(_PAUSE_SECONDS)
        finally:
            await link.close()

    @asynccontextmanager
    async def busy(self, *clients: Awaitable[None]) -> AsyncIterator[None]:
        """While the block runs, these are at it; then each ends what it has begun."""
        self._over.clear()
        async with asyncio.TaskGroup() as group:
            for client in clients:
                group.create_task(_run(client))
            try:
                yield
            finally:
                self._over.set()

    def of(self, kind: str, since: float = 0, until: float = float("inf")) -> list[Sample]:
        """The requests of this kind that were under way in this span of time."""
        return [s for s in self.samples if s.kind == kind and s.ended >= since and s.began <= until]


async def _run(client: Awaitable[None]) -> None:
    await client


def statuses(samples: Sequence[Sample]) -> Counter[int]:
    return Counter(sample.status for sample in samples)


def slowest(samples: Sequence[Sample]) -> float:
    """In seconds; 0 of none."""
    return max((sample.seconds for sample in samples), default=0.0)


def show(samples: Sequence[Sample]) -> str:
    """How often each status was answered, for the report."""
    words = {0: "cut"}
    counted = sorted(statuses(samples).items())
    return ", ".join(f"{number:,} x {words.get(status, status)}" for status, number in counted)
