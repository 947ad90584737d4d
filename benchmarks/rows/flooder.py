"""The clients of `floods`, each a process of its own that prints one line of JSON.

`python -m benchmarks.rows.flooder send LOAD PORT CONNECTIONS SECONDS PAUSE` sends one of the loads
below; `python -m benchmarks.rows.flooder probe PORT PID SECONDS` requests the home page and
`/livez` of the server with this process id.
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
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, timedelta

import uvloop

from benchmarks.programs.http import BROWSER_AND_ALB
from benchmarks.programs.processes import cpu_seconds

HOT, HEALTH = "/", "/livez"
ABORTED = "aborted"
"""Instead of a status: the connection ended before the response."""

_SIGNS = (
    *("aries", "taurus", "gemini", "cancer", "leo", "virgo"),
    *("libra", "scorpio", "sagittarius", "capricorn", "aquarius", "pisces"),
)
_OF_A_DAY = ("/", "/date", "/horoscope", "/quote", *(f"/horoscope/{sign}" for sign in _SIGNS))
PAGES = (*_OF_A_DAY, *(f"/en{page}" for page in _OF_A_DAY))
"""The 32 pages of a day."""

PROBE_SECONDS = 0.01
"""Between two requests of a probe."""

_PATIENCE = 20.0  # seconds until a request has failed
_GRACE = 1.0  # seconds for the responses to the last requests of a load
_RECONNECT = 0.05  # seconds until a refused connection is tried again
_FIRST_DAY, _DAYS = date(1900, 1, 1), 73_413
_LONG, _SHORTER = 60_000, 15_000  # bytes of a path or query
_WORDS, _LETTERS = 50, "aeinorst"  # letters that nearly every quote has: no word ends the search
_FIELDS = 15_900  # as many as fit into a head of 64 KiB


@dataclass(frozen=True, slots=True)
class Target:
    """A GET, or with a body a POST, each from another address; `fields` end its head."""

    target: str
    body: bytes = b""
    fields: str = ""


def _days(*, in_order: bool = False) -> Iterator[date]:
    """Every day of the calendar, consecutive ones or in random order, so that no cache helps."""
    first = random.randrange(_DAYS)
    days = [_FIRST_DAY + timedelta((first + number) % _DAYS) for number in range(_DAYS)]
    if not in_order:
        random.shuffle(days)
    return itertools.cycle(days)


def _numbers() -> Iterator[int]:
    """Consecutive numbers from a random one on."""
    return itertools.count(random.randrange(10**6, 10**8))


def _each(path: str, values: Iterable[object]) -> Iterator[Target]:
    return (Target(path.format(value)) for value in values)


def _crawl() -> Iterator[Target]:
    """A crawler that follows every link of the calendar and the catalogue."""
    for number, day in zip(_numbers(), _days(), strict=False):
        yield Target(f"/date?date={day}")
        yield Target(f"/horoscope/leo?date={day}")
        yield Target(f"/quotes?q={number}")


def _lists_of_quotes() -> Iterator[Target]:
    """All lists of 100 quotes: too many for the page cache, so each is rendered again."""
    from kirosample import quotes

    ids = [quote.id for quote in quotes.load().quotes]
    return _each("/quotes?limit=100&cursor={}", itertools.cycle(ids))


def _searches(path: str) -> Iterator[Target]:
    """Words of one letter in random order, so that each is looked for in every quote."""
    while True:
        words = "+".join(random.choices(_LETTERS, k=_WORDS))
        yield Target(f"{path}?limit=100&q={words}")


def _api_dates() -> Iterator[Target]:
    from kirosample.almanac import PLACES

    for day, place in zip(_days(), itertools.cycle(PLACES), strict=False):
        yield Target(f"/api/date?date={day}&place={place}")


LOADS: dict[str, Callable[[], Iterator[Target]]] = {
    "dates": lambda: _each("/date?date={}", _days()),
    "dates in order": lambda: _each("/date?date={}", _days(in_order=True)),
    "horoscopes": lambda: _each("/horoscope/leo?date={}", _days()),
    "crawl": _crawl,
    "fields": lambda: itertools.repeat(Target("/quotes?" + "a&" * (_LONG // 2))),
    "fewer fields": lambda: itertools.repeat(Target("/quotes?" + "a&" * (_SHORTER // 2))),
    "long path": lambda: itertools.repeat(Target("/" + "%E3%81%82" * (_LONG // 9))),
    "search": lambda: _each("/en/quotes?q={}", _numbers()),
    "lists of quotes": _lists_of_quotes,
    "cursors of favorites": lambda: _each("/favorites?cursor=1.{}", _numbers()),
    "searches of 50 words": lambda: _searches("/quotes"),
    "API searches of 50 words": lambda: _searches("/api/quotes"),
    "API dates": _api_dates,
    "fields of a head": lambda: itertools.repeat(Target(HEALTH, fields="a:\r\n" * _FIELDS)),
    "unknown paths": lambda: _each("/unknown/{}", _numbers()),
    "bad bodies": lambda: (
        Target("/api/favorites", b'{"type":"quote","item":%d}' % n) for n in _numbers()
    ),
    "pages of today": lambda: map(Target, itertools.cycle(PAGES)),
}
"""The requests of each load by name: none that the page cache has, except in the last."""


def request(target: Target, port: int, address: str, *, gzip: bool) -> bytes:
    """A browser's request as bytes, forwarded by a proxy."""
    headers = BROWSER_AND_ALB | {"Host": f"127.0.0.1:{port}", "X-Forwarded-For": address}
    if not gzip:
        del headers["Accept-Encoding"]
    method = "GET"
    if target.body:
        method = "POST"
        del headers["Sec-Fetch-Mode"], headers["Cookie"]
        headers |= {"Content-Type": "application/json", "Content-Length": str(len(target.body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{method} {target.target} HTTP/1.1\r\n{lines}{target.fields}\r\n".encode() + target.body


def address(number: int) -> str:
    """A client address for each of 16 million numbers."""
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


class Link:
    """A connection that reopens after the server closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def fetch(self, raw: bytes) -> str:
        """The status, ABORTED, or a fault."""
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
            return ABORTED
        if b"\r\nconnection: close\r\n" in head:
            self.close()
        status = head[9:12].decode()
        bare = status == "503" and b"\r\nretry-after:" not in head
        return "503 without Retry-After" if bare else status

    def close(self) -> None:
        if self._streams:
            self._streams[1].transport.abort()
        self._streams = None


async def send(
    name: str, port: int, connections: int, seconds: float, pause: float
) -> dict[str, object]:
    """Send a load over connections that each request again as soon as they have a response."""
    until, numbers, stream = time.monotonic() + seconds, itertools.count(1_000), LOADS[name]()
    statuses: Counter[str] = Counter()
    slowest = 0.0

    async def client(number: int) -> None:
        nonlocal slowest
        # Half of them share an address: the floods of one client and of many.
        own = address(number if number % 2 else 0)
        with closing(Link(port)) as link:
            while time.monotonic() < until:
                target = next(stream)
                shown = address(next(numbers)) if target.body else own
                raw = request(target, port, shown, gzip=bool(number % 4 // 2))
                began = time.monotonic()
                status = await link.fetch(raw)
                slowest = max(slowest, time.monotonic() - began)
                statuses[status] += 1
                await asyncio.sleep(_RECONNECT if status == ABORTED else pause)

    clients = [asyncio.create_task(client(number)) for number in range(connections)]
    done, late = await asyncio.wait(clients, timeout=seconds + _GRACE)
    for one in late:
        one.cancel()
    await asyncio.wait(clients)
    for one in done:
        one.result()
    return {"statuses": statuses, "unanswered": len(late), "slowest_ms": slowest * 1000}


async def probe(port: int, pid: int, seconds: float) -> dict[str, object]:
    """A visitor of a hot page and a load balancer, with the time of each request."""
    ms: defaultdict[str, list[float]] = defaultdict(list)
    faults: Counter[str] = Counter()
    most_late = most_cpu = 0.0

    async def timed(link: Link, target: str) -> float:
        raw = request(Target(target), port, "203.0.113.7", gzip=True)
        began = time.monotonic()
        status = "no response"
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                status = await link.fetch(raw)
        if status != "200":
            faults[f"{target}: {status}"] += 1
            link.close()
        return time.monotonic() - began

    async def repeat(target: str, *, fresh: bool = False) -> None:
        """Request at a steady rate; with `fresh`, over a new connection each time."""
        nonlocal most_late, most_cpu
        with closing(Link(port)) as link:
            due = time.monotonic()
            while due < until:
                await asyncio.sleep(due - time.monotonic())
                most_late = max(most_late, time.monotonic() - due)
                spent = sum(cpu_seconds(pid))
                took = await timed(link, target)
                if target == HEALTH:
                    most_cpu = max(most_cpu, sum(cpu_seconds(pid)) - spent)
                ms[target] += [1000 * one for one in with_missed(took, PROBE_SECONDS)]
                due = max(due + PROBE_SECONDS, time.monotonic())
                if fresh:
                    link.close()

    with closing(Link(port)) as link:  # so that the page is hot
        await timed(link, HOT)
    until = time.monotonic() + seconds
    await asyncio.gather(repeat(HOT), repeat(HEALTH), repeat(HEALTH, fresh=True))
    late_ms = most_late * 1000
    return {"ms": ms, "faults": faults, "late_ms": late_ms, "cpu_seconds": most_cpu}


def with_missed(took: float, interval: float) -> list[float]:
    """A time, and those of the requests that it kept from being sent at this interval.

    Otherwise a stall of a second would be one sample of hundreds ("coordinated omission").
    """
    return [took - missed * interval for missed in range(max(1, int(took / interval)))]


def main(arguments: list[str]) -> None:
    gc.disable()
    if arguments[0] == "probe":
        with suppress(PermissionError):  # before the load, so that it measures only the server
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
        port, pid, seconds = arguments[1:]
        found = uvloop.run(probe(int(port), int(pid), float(seconds)))
    else:
        name, port, connections, seconds, pause = arguments[1:]
        found = uvloop.run(send(name, int(port), int(connections), float(seconds), float(pause)))
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
