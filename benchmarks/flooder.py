"""The clients of `floods`, each a process of its own that prints one line of JSON.

`python -m benchmarks.flooder send LOAD PORT CONNECTIONS SECONDS PAUSE` sends one of the loads
below; `python -m benchmarks.flooder probe PORT SECONDS` asks for the home page and `/livez`.
"""

import asyncio
import gc
import itertools
import json
import os
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, timedelta

import uvloop

from benchmarks.http import BROWSER_AND_ALB

HOT, HEALTH = "/", "/livez"
CUT = "cut"
"""In place of a status: the connection ended before the answer."""

_SIGNS = (
    *("aries", "taurus", "gemini", "cancer", "leo", "virgo"),
    *("libra", "scorpio", "sagittarius", "capricorn", "aquarius", "pisces"),
)
_OF_A_DAY = ("/", "/date", "/horoscope", "/quote", *(f"/horoscope/{sign}" for sign in _SIGNS))
PAGES = (*_OF_A_DAY, *(f"/en{page}" for page in _OF_A_DAY))
"""The 32 pages of a day."""

PROBE_SECONDS = 0.01
"""Between two requests of a probe."""

_PATIENCE = 20.0  # seconds until a request counts as unanswered
_GRACE = 1.0  # seconds for the answers to the last requests of a load
_RECONNECT = 0.05  # seconds until a refused connection is tried again
_FIRST_DAY, _DAYS = date(1900, 1, 1), 73_413
_LONG, _SHORTER = 60_000, 15_000  # bytes of a path or query


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to be sent. What has a body is a POST, each from another address."""

    target: str
    body: bytes = b""


def _days() -> Iterator[date]:
    """Every day of the calendar, in another order each time, so that no cache helps."""
    order = random.sample(range(_DAYS), _DAYS)
    return (_FIRST_DAY + timedelta(number) for number in itertools.cycle(order))


def _days_in_order() -> Iterator[date]:
    """From somewhere in the calendar on."""
    first = random.randrange(_DAYS)
    return (_FIRST_DAY + timedelta((first + number) % _DAYS) for number in itertools.count())


def _numbers() -> Iterator[int]:
    """From somewhere on."""
    return itertools.count(random.randrange(10**6, 10**8))


def _crawl() -> Iterator[Asked]:
    """What a crawler finds that follows every link of the calendar and of the catalogue."""
    for number, day in zip(_numbers(), _days(), strict=False):
        yield Asked(f"/date?date={day}")
        yield Asked(f"/horoscope/leo?date={day}")
        yield Asked(f"/quotes?q={number}")


def _lists_of_quotes() -> Iterator[Asked]:
    """All lists of 100 quotes: too many for the page cache, so that each is rendered again."""
    from kirosample import quotes

    ids = [quote.id for quote in quotes.load().quotes]
    return (Asked(f"/quotes?limit=100&cursor={id_}") for id_ in itertools.cycle(ids))


LOADS: dict[str, Callable[[], Iterator[Asked]]] = {
    "dates": lambda: (Asked(f"/date?date={day}") for day in _days()),
    "dates in order": lambda: (Asked(f"/date?date={day}") for day in _days_in_order()),
    "horoscopes": lambda: (Asked(f"/horoscope/leo?date={day}") for day in _days()),
    "crawl": _crawl,
    "fields": lambda: itertools.repeat(Asked("/quotes?" + "a&" * (_LONG // 2))),
    "fewer fields": lambda: itertools.repeat(Asked("/quotes?" + "a&" * (_SHORTER // 2))),
    "long path": lambda: itertools.repeat(Asked("/" + "%E3%81%82" * (_LONG // 9))),
    "search": lambda: (Asked(f"/en/quotes?q={n}") for n in _numbers()),
    "lists of quotes": _lists_of_quotes,
    "cursors of favorites": lambda: (Asked(f"/favorites?cursor=1.{n}") for n in _numbers()),
    "unknown paths": lambda: (Asked(f"/unknown/{n}") for n in _numbers()),
    "bad bodies": lambda: (
        Asked("/api/favorites", b'{"type":"quote","item":%d}' % n) for n in _numbers()
    ),
    "pages of today": lambda: map(Asked, itertools.cycle(PAGES)),
}
"""What each load asks for, by its name: but for the last nothing that the page cache has."""


def request(asked: Asked, port: int, address: str, *, gzip: bool) -> bytes:
    """As it travels: a browser's, through a proxy that tells its address."""
    headers = BROWSER_AND_ALB | {"Host": f"127.0.0.1:{port}", "X-Forwarded-For": address}
    if not gzip:
        del headers["Accept-Encoding"]
    method = "GET"
    if asked.body:
        method = "POST"
        del headers["Sec-Fetch-Mode"], headers["Cookie"]
        headers |= {"Content-Type": "application/json", "Content-Length": str(len(asked.body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{method} {asked.target} HTTP/1.1\r\n{lines}\r\n".encode() + asked.body


def address(number: int) -> str:
    """Another client's for each of 16 million numbers."""
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


class Link:
    """A connection that is opened again when the server has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, raw: bytes) -> str:
        """The answer's status, CUT, or what is wrong with the answer."""
        try:
            if self._streams is None:
                self._streams = await asyncio.open_connection("127.0.0.1", self._port)
            reader, writer = self._streams
            writer.write(raw)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length or 0))
        except (OSError, EOFError):
            self.close()
            return CUT
        if b"\r\nconnection: close\r\n" in head:
            self.close()
        status = head[9:12].decode()
        bare = status == "503" and b"\r\nretry-after:" not in head
        return "503 without Retry-After" if bare else status

    def close(self) -> None:
        if self._streams:
            self._streams[1].transport.abort()
        self._streams = None


class Load:
    """So many connections, each of which asks again as soon as it is answered."""

    def __init__(self, name: str, port: int, pause: float) -> None:
        self._port = port
        self._pause = pause
        self._stream = LOADS[name]()
        self._numbers = itertools.count()
        self.statuses: Counter[str] = Counter()
        self.slowest = 0.0

    async def run(self, connections: int, seconds: float) -> dict[str, object]:
        until = time.monotonic() + seconds
        clients = [asyncio.create_task(self._client(n, until)) for n in range(connections)]
        _, late = await asyncio.wait(clients, timeout=seconds + _GRACE)
        for client in late:
            client.cancel()
        for outcome in await asyncio.gather(*clients, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome
        return {
            "statuses": self.statuses,
            "unanswered": len(late),
            "slowest_ms": self.slowest * 1000,
        }

    async def _client(self, number: int, until: float) -> None:
        # Every other one shares an address: one client, and many, may try to fill what is bounded.
        own = address(number if number % 2 else 0)
        with closing(Link(self._port)) as link:
            while time.monotonic() < until:
                asked = next(self._stream)
                shown = address(1_000 + next(self._numbers)) if asked.body else own
                raw = request(asked, self._port, shown, gzip=bool(number % 4 // 2))
                began = time.monotonic()
                status = await link.ask(raw)
                self.slowest = max(self.slowest, time.monotonic() - began)
                self.statuses[status] += 1
                await asyncio.sleep(_RECONNECT if status == CUT else self._pause)


class Probes:
    """A visitor of a hot page and a load balancer, and how long each of their requests took."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.seconds: defaultdict[str, list[float]] = defaultdict(list)
        self.faults: Counter[str] = Counter()
        self.late = 0.0

    async def run(self, seconds: float) -> dict[str, object]:
        with closing(Link(self._port)) as link:  # so that the page is hot
            await self._ask(link, HOT)
        self.seconds.clear()
        until = time.monotonic() + seconds
        await asyncio.gather(
            self._probe(HOT, until),
            self._probe(HEALTH, until),
            self._probe(HEALTH, until, fresh=True),
        )
        return {
            "ms": {name: [1000 * one for one in many] for name, many in self.seconds.items()},
            "faults": self.faults,
            "late_ms": self.late * 1000,
        }

    async def _probe(self, target: str, until: float, *, fresh: bool = False) -> None:
        """Ask at a steady rate; over a new connection each time, as a load balancer may."""
        with closing(Link(self._port)) as link:
            due = time.monotonic()
            while due < until:
                await asyncio.sleep(due - time.monotonic())
                self.late = max(self.late, time.monotonic() - due)
                took = await self._ask(link, target)
                self.seconds[target] += with_missed(took, PROBE_SECONDS)
                due = max(due + PROBE_SECONDS, time.monotonic())
                if fresh:
                    link.close()

    async def _ask(self, link: Link, target: str) -> float:
        raw = request(Asked(target), self._port, "203.0.113.7", gzip=True)
        began = time.monotonic()
        status = "no answer"
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                status = await link.ask(raw)
        if status != "200":
            self.faults[f"{target}: {status}"] += 1
            link.close()
        return time.monotonic() - began


def with_missed(took: float, interval: float) -> list[float]:
    """A time, and those of the requests at this interval that could not be sent meanwhile.

    Else a stall of a second would be one sample among hundreds ("coordinated omission").
    """
    return [took - missed * interval for missed in range(max(1, int(took / interval)))]


def _goes_first() -> None:
    """Have the kernel run this process before the load's, so that it measures only the server."""
    with suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))


def main(arguments: list[str]) -> None:
    gc.disable()
    if arguments[0] == "probe":
        _goes_first()
        port, seconds = arguments[1:]
        found = uvloop.run(Probes(int(port)).run(float(seconds)))
    else:
        name, port, connections, seconds, pause = arguments[1:]
        load = Load(name, int(port), float(pause))
        found = uvloop.run(load.run(int(connections), float(seconds)))
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
