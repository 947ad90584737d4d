"""The load: users who write, undo and read, a sample of each request, an audit of the writes."""

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from ishizue.testing.client import Aborted, Connection, Refused, Response, request
from ishizue_ops.load.workload import Pair, workload

Client = Coroutine[Any, Any, None]

_RETRY_SECONDS = 0.02
_WARM_UP = 500
"""So many requests succeed before a fault is injected."""
_EXPECTED = {200, 201, 204, 404, 414}
"""The statuses that are no fault. An undo of what is undone gets 404, and so does a page that does
not exist; floods get 414."""

_REFUSED = 429
"""The status of a refused write, which must not be done."""

_TELLING = (200, 201, 204, 404, _REFUSED)
"""The statuses that tell what was done; after any other a write or an undo may be done or not."""

_DONE = (201, 204)
"""The statuses after which there is a row more, or one less."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One request: its times, its kind and its status; 0 where no response came."""

    began: float
    ended: float
    kind: str
    status: int
    reused: bool
    retry_after: bool

    @property
    def seconds(self) -> float:
        return self.ended - self.began

    @property
    def failed(self) -> bool:
        return self.status not in _EXPECTED


@dataclass(frozen=True, slots=True)
class Audit:
    """The counts of one drill, and the faults that were found, in words."""

    sent: int
    acknowledged: int
    expected: int
    found: int
    failures: list[str]


@dataclass(slots=True)
class Ledger:
    """One entry for each write or undo: added before it is sent, settled by its response."""

    least: Counter[Pair] = field(default_factory=Counter)
    most: Counter[Pair] = field(default_factory=Counter)
    """How many rows of each item and user may exist. Above 1 or below 0, responses contradict."""

    sent: int = 0
    acknowledged: int = 0

    def add(self, item: str, user: UUID, *, undo: bool = False) -> None:
        self.sent += 1
        self.most[item, user] += not undo
        self.least[item, user] -= undo

    def settle(self, item: str, user: UUID, status: int, *, undo: bool = False) -> None:
        """Record the response's status; after one that tells nothing, the effect stays unknown."""
        if status not in _TELLING:
            return
        self.acknowledged += status != _REFUSED
        if undo == (status in _DONE):  # undone, or not written
            self.most[item, user] -= 1
        else:
            self.least[item, user] += 1

    def compare(self, found: Counter[Pair], inconsistent: int) -> Audit:
        """The audit of these rows, and of so many that disagree with others in the database."""
        expected = [pair for pair, least in self.least.items() if least >= 1]
        contradicting = [pair for pair in self.most if self.most[pair] < 0 or self.least[pair] > 1]
        counts = {
            "acknowledged writes are lost": sum(not found[pair] for pair in expected),
            "rows exist that no write explains": sum(self.most[pair] < 1 for pair in found),
            "rows exist twice": sum(number > 1 for number in found.values()),
            "items have responses that no order of the writes explains": len(contradicting),
            "rows disagree with others in the database": inconsistent,
        }
        failures = [f"{count} {words}" for words, count in counts.items() if count]
        return Audit(self.sent, self.acknowledged, len(expected), len(found), failures)

    def audit(self, dsn: str) -> Audit:
        return self.compare(*workload().read_back(dsn))


class Load:
    """Clients of one or more servers, a sample of each request and the ledger of the writes."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.samples: list[Sample] = []
        self.refused = 0
        self.ids: dict[Pair, int] = {}
        self._addresses = itertools.count(1)
        self._stopped = asyncio.Event()

    async def succeed(self, number: int = _WARM_UP) -> None:
        """Wait until this many more requests have succeeded. Raises TimeoutError after 20 s."""
        first = len(self.samples)
        async with asyncio.timeout(20):
            while sum(s.status in (200, 201) for s in self.samples[first:]) < number:  # noqa: ASYNC110
                await asyncio.sleep(_RETRY_SECONDS)

    def headers(self) -> dict[str, str]:
        """Header fields with a new client address each time, so that no rate limit applies."""
        address = next(self._addresses)
        return {"X-Forwarded-For": f"10.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}"}

    def write_request(self, item: str, user: UUID) -> bytes:
        return workload().write(item, user, self.headers())

    async def write(
        self, connection: Connection, item: str, user: UUID, *, undo: bool = False
    ) -> Response:
        """Write an item, or undo the last write, whose id is in `ids`. Raises Refused, Aborted."""
        if undo:
            raw = workload().undo(self.ids[item, user], user, self.headers())
        else:
            raw = self.write_request(item, user)
        await connection.open()
        self.ledger.add(item, user, undo=undo)
        response = await self.timed(connection, "write", raw)
        self.ledger.settle(item, user, response.status, undo=undo)
        if response.status in (200, 201):
            self.ids[item, user] = workload().written_id(response)
        return response

    async def begin(self, connection: Connection, item: str) -> tuple[UUID, bytes]:
        """Add to the ledger a new user's write of the item, to be sent next. Raises Refused."""
        user = uuid4()
        await connection.open()
        self.ledger.add(item, user)
        return user, self.write_request(item, user)

    async def read(
        self,
        connection: Connection,
        target: str,
        kind: str = "page",
        headers: dict[str, str] | None = None,
    ) -> Response:
        """Request a page. Raises Refused, Aborted."""
        await connection.open()
        return await self.timed(connection, kind, request("GET", target, headers))

    async def timed(self, connection: Connection, kind: str, raw: bytes) -> Response:
        """Send a request on the open connection and record a sample. Raises Aborted."""
        began, reused = time.monotonic(), connection.reused
        status, retry = 0, False
        try:
            response = await connection.exchange(raw)
            status, retry = response.status, "retry-after" in response.headers
        finally:
            self.samples.append(Sample(began, time.monotonic(), kind, status, reused, retry))
        return response

    async def writer(self, port: int) -> None:
        """Write items, each as a new user."""

        async def once(connection: Connection) -> None:
            response = await self.write(connection, random.choice(workload().items[:20]), uuid4())
            if response.status >= 500:
                await asyncio.sleep(_RETRY_SECONDS)

        await self.repeat(port, once)

    async def reader(self, port: int, pages: Sequence[str] = (), pause: float = 0.01) -> None:
        """Read one page after the other, and pause in between as people do."""
        read = pages or workload().pages
        targets = itertools.cycle(random.sample(read, len(read)))

        async def once(connection: Connection) -> None:
            await self.read(connection, next(targets))
            await asyncio.sleep(random.uniform(0, 2 * pause))

        await self.repeat(port, once)

    def clients(self, port: int, writers: int, readers: int, **reading: Any) -> list[Client]:
        """The loops of so many writers, and of readers with these arguments."""
        writing = [self.writer(port) for _ in range(writers)]
        return [*writing, *(self.reader(port, **reading) for _ in range(readers))]

    async def warm_up(self, port: int) -> None:
        """Run some clients that leave no samples."""
        async with self.running(*self.clients(port, writers=8, readers=16)):
            await self.succeed()
        self.samples = []

    async def repeat(self, port: int, once: Callable[[Connection], Awaitable[None]]) -> None:
        """Repeat until the load stops, over one connection that reopens after a failure."""
        connection = Connection(port)
        try:
            while not self._stopped.is_set():
                try:
                    await once(connection)
                except Refused:
                    self.refused += 1
                    await asyncio.sleep(_RETRY_SECONDS)
                except Aborted:
                    await asyncio.sleep(_RETRY_SECONDS)
        finally:
            await connection.close()

    @asynccontextmanager
    async def running(self, *clients: Client) -> AsyncIterator[None]:
        """Run the clients during the block; each then completes its request."""
        self._stopped.clear()
        async with asyncio.TaskGroup() as group:
            for client in clients:
                group.create_task(client)
            try:
                yield
            finally:
                self._stopped.set()

    def of(self, kind: str, since: float = 0, until: float = float("inf")) -> list[Sample]:
        """The requests of this kind that were in flight between two times."""
        samples = (sample for sample in self.samples if sample.kind == kind)
        return [sample for sample in samples if sample.ended >= since and sample.began <= until]


def statuses(samples: Sequence[Sample]) -> Counter[int]:
    return Counter(sample.status for sample in samples)


def slowest(samples: Sequence[Sample]) -> float:
    """The longest sample, in seconds; 0 without samples."""
    return max((sample.seconds for sample in samples), default=0.0)


def show(samples: Sequence[Sample]) -> str:
    """The number of each status, for the report."""
    counted = sorted(statuses(samples).items())
    return ", ".join(f"{number:,} x {status or 'aborted'}" for status, number in counted)
