"""Rendered pages and drawn pictures in bounded memory, and the answers made of them."""

import hashlib
import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from starlette.requests import Request
from starlette.responses import Response

from kirosample.clock import JST, Clock, posix_time
from kirosample.web.compression import accepts_gzip, compressed
from kirosample.web.protocol.answers import Written, written

_KEEPING = 2304
"""Bytes that keeping a page takes beside its body and key: tags, heads, addresses, dictionaries."""


@dataclass(slots=True, eq=False)
class CachedPage:
    """A page's bytes and their entity tag."""

    key: Hashable
    body: bytes
    etag: str
    addresses: list[tuple[bytes, bool]] = field(default_factory=list)
    asked_again: bool = False
    _packed: bytes | None = None
    _tried: bool = False

    @property
    def size(self) -> int:
        """All that it takes in memory, at most: compressed as well, which is half at most."""
        parts = self.key if isinstance(self.key, tuple) else (self.key,)
        return len(self.body) * 3 // 2 + sum(map(sys.getsizeof, parts)) + _KEEPING

    def is_ready(self, *, gzip: bool) -> bool:
        """Whether `sent` has nothing left to compress."""
        return self._tried or not gzip

    def sent(self, *, gzip: bool) -> "Sent":
        """The page as it travels to a client that takes gzip, or does not.

        It is compressed when that is first asked for: it takes longer than to render it.
        """
        if gzip and not self._tried:
            self._packed, self._tried = compressed(self.body), True
        if gzip and self._packed is not None:
            return Sent(self._packed, f'{self.etag[:-1]}-gzip"', {"Content-Encoding": "gzip"})
        return Sent(self.body, self.etag, {})


@dataclass(frozen=True, slots=True)
class Sent:
    """The bytes of a page in one encoding, the tag of these very bytes, and what tells it."""

    body: bytes
    etag: str
    encoding: dict[str, str]

    def response(self, *, known: bool, media_type: str = "text/html") -> Response:
        """The page, or 304. The client asks again each time."""
        headers = {"ETag": self.etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
        if known:
            return Response(status_code=304, headers=headers)
        return Response(self.body, media_type=media_type, headers=headers | self.encoding)

    def written(self, *, known: bool) -> Written:
        """That response as it travels."""
        return written(self.response(known=known))


@dataclass(frozen=True, slots=True, eq=False)
class ReadyAnswer:
    """A page that one address leads to, and both answers: the page, and 304."""

    page: CachedPage
    etag: str
    ok: Written
    not_modified: Written
    since: float
    until: float
    is_fresh: Callable[[], bool] | None


class PageCache:
    """Keeps at most `most_bytes` in all. A page that was asked for again gets a second chance.

    That is the clock algorithm: near enough to "asked for longest ago goes first", a flag is all
    that a hit costs, and ever new pages push out each other and not those that are in use.
    """

    def __init__(self, most_bytes: int, clock: Clock) -> None:
        self._most_bytes = most_bytes
        self._now = posix_time(clock)
        self._bytes = 0
        self._pages: OrderedDict[Hashable, CachedPage] = OrderedDict()
        self._ready: dict[tuple[bytes, bool], ReadyAnswer] = {}

    def page(self, key: Hashable, render: Callable[[], str]) -> CachedPage:
        """The page of this key, rendered where it is not there. The key is all it depends on."""
        return self.get(key) or self.put(key, render().encode())

    def get(self, key: Hashable) -> CachedPage | None:
        """The page of this key where it is there."""
        page = self._pages.get(key)
        if page:
            page.asked_again = True
        return page

    def put(self, key: Hashable, body: bytes) -> CachedPage:
        """Keep what this key now leads to."""
        known = self._pages.get(key)
        if known:
            self._drop(known)
        page = CachedPage(key, body, f'"{hashlib.sha256(body).hexdigest()[:24]}"')
        self._pages[key] = page
        self._bytes += page.size
        while self._bytes > self._most_bytes:
            oldest = next(iter(self._pages.values()))
            if oldest.asked_again:
                oldest.asked_again = False
                self._pages.move_to_end(oldest.key)
            else:
                self._drop(oldest)
        return page

    def make_ready(
        self,
        address: bytes,
        page: CachedPage,
        today: date,
        is_fresh: Callable[[], bool] | None = None,
        *,
        gzip: bool = False,
    ) -> None:
        """Let `find` answer for this address: while it is today in Japan and `is_fresh` says so.

        With `gzip`, for clients that take it too: compressed when the first of them asks.
        A page may have few addresses: they are no part of what is counted.
        """
        since = datetime.combine(today, time(), JST).timestamp()
        until = since + timedelta(days=1).total_seconds()
        now = self._now()
        if not since <= now < until or self._pages.get(page.key) is not page:
            return  # midnight has passed since the request came, or the page was pushed out
        for encoded in {False, gzip}:
            if self._find((address, encoded), now):
                continue
            sent = page.sent(gzip=encoded)
            ok, not_modified = sent.written(known=False), sent.written(known=True)
            self._ready[address, encoded] = ReadyAnswer(
                page, sent.etag, ok, not_modified, since, until, is_fresh
            )
            page.addresses.append((address, encoded))

    def find(self, address: bytes, *, gzip: bool = False) -> ReadyAnswer | None:
        """What is ready for this address, path and query as the request line has them."""
        if (address, gzip) not in self._ready:
            return None
        return self._find((address, gzip), self._now())

    def _find(self, address: tuple[bytes, bool], now: float) -> ReadyAnswer | None:
        ready = self._ready.get(address)
        if ready is None:
            return None
        if not ready.since <= now < ready.until:
            self._drop(ready.page)
            return None
        if ready.is_fresh is not None and not ready.is_fresh():
            self._forget(address)
            return None
        ready.page.asked_again = True
        return ready

    def _drop(self, page: CachedPage) -> None:
        for address in tuple(page.addresses):
            self._forget(address)
        del self._pages[page.key]
        self._bytes -= page.size

    def _forget(self, address: tuple[bytes, bool]) -> None:
        self._ready.pop(address).page.addresses.remove(address)

    @property
    def bytes(self) -> int:
        """What the pages take together."""
        return self._bytes

    @property
    def addresses(self) -> int:
        """How many addresses are answered at once."""
        return len(self._ready)


def address_of(request: Request, day: date) -> bytes | None:
    """The request's address where it is one of the two of a page: plain, or with the day shown.

    None for every other way to write it, which would give a page addresses without end.
    """
    path: str = request.scope["path"]
    query: bytes = request.scope["query_string"]
    if request.scope["raw_path"] != path.encode() or query not in (b"", f"date={day}".encode()):
        return None
    return path.encode() + (b"?" + query if query else b"")


def answer(request: Request, page: CachedPage, media_type: str = "text/html") -> Response:
    """The page, or 304 where the client has it."""
    sent = page.sent(gzip=accepts_gzip(request))
    known = matches(request.headers.get("if-none-match", ""), sent.etag)
    return sent.response(known=known, media_type=media_type)


def matches(if_none_match: str, etag: str) -> bool:
    """Weak comparison, as RFC 9110, 13.1.2 has it."""
    if if_none_match.strip() == "*":
        return True
    if etag not in if_none_match:
        return False  # without taking a header of 64 kB apart
    return any(tag.strip().removeprefix("W/") == etag for tag in if_none_match.split(","))
