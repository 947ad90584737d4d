"""The clients of `floods`, each a process of its own that prints one line of JSON.

`python -m benchmarks.rows.flooder send LOAD PORT CONNECTIONS SECONDS PAUSE [SITE]` sends one of the
loads below; `python -m benchmarks.rows.flooder probe PORT PID SECONDS [CODE…]` requests the home
page and `/livez` of the server with this process id, or with codes what clients of other sites do.
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
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import uvloop

from benchmarks.programs.http import BROWSER_AND_ALB
from benchmarks.programs.processes import cpu_seconds
from benchmarks.programs.task import COOKIE_KEY

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

PROBE_SECONDS, OTHERS_SECONDS = 0.01, 0.15
"""Between two requests of a probe, and two of the same kind by clients of other sites."""

HARVESTED = 600
"""Visitors whose cookies a crowd has: those with the ids from 1 on. The next one is honest."""

_PATIENCE = 20.0  # seconds until a request has failed
_GRACE = 1.0  # seconds for the responses to the last requests of a load
_RECONNECT = 0.05  # seconds until a refused connection is tried again
_FIRST_DAY, _DAYS = date(1900, 1, 1), 73_413
_LONG, _SHORTER = 60_000, 15_000  # bytes of a path or query
_WORDS, _LETTERS = 50, "aeinorst"  # letters that nearly every quote has: no word ends the search
_FIELDS = 15_900  # as many as fit into a head of 64 KiB
_PREPARING = 50  # requests, which load the modules and data of a load


@dataclass(frozen=True, slots=True)
class Target:
    """A GET, or with a body a POST, each from another address; `fields` end its head."""

    target: str
    body: bytes = b""
    fields: str = ""
    cookie: str = ""


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


def cookie(visitor: int) -> str:
    """The cookie of the visitor with this id."""
    from kirosample.web.visitors import COOKIE, Visitors

    return f"{COOKIE}={Visitors((COOKIE_KEY.encode(),)).sign(UUID(int=visitor))}"


def _own_lists() -> Iterator[Target]:
    """Of different lengths, so that no two share a read."""
    cookies = [cookie(1 + number) for number in range(HARVESTED)]
    for one in itertools.cycle(cookies):
        yield Target(f"/api/favorites/mine?limit={random.randint(1, 100)}", cookie=one)


def _pictures(half: int) -> Iterator[Target]:
    """All pictures of one half of the quotes, more than the page cache holds, in random order."""
    from kirosample import quotes

    ids = [quote.id for quote in quotes.load().quotes][half::2]
    shapes = ("", "/square", "/tall")
    paths = [f"{en}/share/quote/{id_}{s}.png" for id_ in ids for s in shapes for en in ("", "/en")]
    random.shuffle(paths)
    return _each("{}", itertools.cycle(paths))


def _redemptions(codes: Iterable[str]) -> Iterator[Target]:
    for code in codes:
        body, receiver = json.dumps({"code": code}).encode(), random.getrandbits(100)
        yield Target("/api/favorites/transfers/redeem", body, cookie=cookie(receiver))


def _mixed(*loads: str) -> Iterator[Target]:
    streams = [LOADS[load]() for load in loads]
    while True:
        yield next(random.choice(streams))


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
    "own lists": _own_lists,
    "pictures": lambda: _pictures(0),
    "wrong codes": lambda: _redemptions(f"{number:012}" for number in _numbers()),
    "all of these": lambda: _mixed("own lists", "pictures", "horoscopes", "wrong codes"),
    "unknown paths": lambda: _each("/unknown/{}", _numbers()),
    "bad bodies": lambda: (
        Target("/api/favorites", b'{"type":"quote","item":%d}' % n) for n in _numbers()
    ),
    "pages of today": lambda: map(Target, itertools.cycle(PAGES)),
}
"""The requests of each load by name: none that the page cache has, except in the last."""


def others(codes: Iterable[str]) -> dict[str, Iterator[Target]]:
    """What clients of other sites request, by kind; each code can be redeemed."""
    return {
        "list": itertools.repeat(Target("/api/favorites/mine", cookie=cookie(HARVESTED + 1))),
        "picture": _pictures(1),
        "page": LOADS["horoscopes"](),
        "transfer": _redemptions(codes),
    }


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
    if target.cookie:
        headers["Cookie"] = target.cookie
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{method} {target.target} HTTP/1.1\r\n{lines}{target.fields}\r\n".encode() + target.body


def address(number: int) -> str:
    """A client address for each of 16 million numbers."""
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


_SITES: dict[str, Callable[[int], str]] = {
    "/48": "2001:db8:1:{:x}::1".format,
    "/24": lambda number: f"198.51.100.{number % 254 + 1}",
}
"""By prefix length: the address of each client of a site, for a /48 in a /64 of its own."""


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
    name: str, port: int, connections: int, seconds: float, pause: float, site: str = ""
) -> dict[str, object]:
    """Send a load over connections that each request again as soon as they have a response."""
    numbers, stream = itertools.count(1_000), LOADS[name]()
    for _ in range(_PREPARING):
        next(stream)
    until = time.monotonic() + seconds
    statuses: Counter[str] = Counter()
    slowest = 0.0

    async def client(number: int) -> None:
        nonlocal slowest
        # Half of them share an address, the floods of one client and of many, or all share a site.
        own = _SITES[site](number) if site else address(number if number % 2 else 0)
        with closing(Link(port)) as link:
            while time.monotonic() < until:
                target = next(stream)
                shown = address(next(numbers)) if target.body and not site else own
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


async def probe(port: int, pid: int, seconds: float, codes: Sequence[str]) -> dict[str, object]:
    """A visitor and a load balancer, or with codes others, with the time of each request."""
    ms: defaultdict[str, list[float]] = defaultdict(list)
    faults: Counter[str] = Counter()
    most_late = most_cpu = 0.0
    sites = itertools.count(1)

    async def timed(link: Link, kind: str, target: Target) -> float:
        raw = request(target, port, address(next(sites) << 8), gzip=True)
        began = time.monotonic()
        status = "no response"
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                status = await link.fetch(raw)
        if status != "200":
            faults[f"{kind}: {status}"] += 1
            link.close()
        return time.monotonic() - began

    async def repeat(
        kind: str, targets: Iterator[Target], interval: float, *, fresh: bool = False
    ) -> None:
        """Request at a steady rate; with `fresh`, over a new connection each time."""
        nonlocal most_late, most_cpu
        with closing(Link(port)) as link:
            due = time.monotonic()
            while due < until and (target := next(targets, None)):
                await asyncio.sleep(due - time.monotonic())
                most_late = max(most_late, time.monotonic() - due)
                spent = sum(cpu_seconds(pid))
                took = await timed(link, kind, target)
                if kind != HOT:
                    most_cpu = max(most_cpu, sum(cpu_seconds(pid)) - spent)
                ms[kind] += [1000 * one for one in with_missed(took, interval)]
                due = max(due + interval, time.monotonic())
                if fresh:
                    link.close()

    hot, health = (itertools.repeat(Target(path)) for path in (HOT, HEALTH))
    with closing(Link(port)) as link:  # so that the page is hot
        await timed(link, HOT, next(hot))
    until = time.monotonic() + seconds
    if codes:
        waiting = [repeat(*each, OTHERS_SECONDS) for each in others(codes).items()]
    else:
        waiting = [repeat(HOT, hot, PROBE_SECONDS), repeat(HEALTH, health, PROBE_SECONDS)]
        waiting.append(repeat(HEALTH, health, PROBE_SECONDS, fresh=True))
    await asyncio.gather(*waiting)
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
        port, pid, seconds, *codes = arguments[1:]
        found = uvloop.run(probe(int(port), int(pid), float(seconds), codes))
    else:
        name, port, connections, seconds, pause, *site = arguments[1:]
        load = send(name, int(port), int(connections), float(seconds), float(pause), *site)
        found = uvloop.run(load)
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
