"""The page cache: rendered pages in bounded memory, and the entries that the fast path serves.

How long shared caches may store a page: docs/decisions/0026-shared-caches.md.
"""

import hashlib
import math
import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from weakref import WeakValueDictionary

from starlette.responses import Response

from ishizue.http.wire import WireResponse, compressed, wire_response

_OVERHEAD = 2304
"""Bytes that a page takes beside its body and key: tags, headers, targets, dictionaries."""


_MARGIN_SECONDS = 3
"""A response is assembled up to a second before it is sent, a cache may count whole seconds, and
between the two it travels: so the page is stale this much sooner."""

Render = Callable[[], str | Iterator[str]]
"""A function that renders a whole page each time: its text, or an iterator of its parts."""


class Lifetime(NamedTuple):
    """A page is right until a time in POSIX seconds; a cache may store it for `most` seconds.

    Why shared caches do: docs/decisions/0026-shared-caches.md.
    """

    until: float
    most: float = math.inf

    def cache_control(self, now: float) -> str:
        """The header. Clients revalidate each time; a shared cache serves the page meanwhile.

        `stale-if-error=0` is for CloudFront, which else serves what is stale while the origin is
        unreachable.
        """
        seconds = max(0, min(self.until - _MARGIN_SECONDS - now, self.most))
        return f"max-age=0, must-revalidate, s-maxage={int(seconds)}, stale-if-error=0"

    @property
    def last_stored(self) -> float:
        """Until when a shared cache may store the page. Later, its response is never a 304.

        On a 304 with `s-maxage=0`, nginx renews its old copy for as long as that one said.
        """
        return self.until - _MARGIN_SECONDS - 1


UNTIL_RELEASE = Lifetime(float("inf"), 60)
"""The lifetime of what only a release changes: shared caches have a new version a minute later."""


@dataclass(frozen=True, slots=True)
class Representation:
    """A page in one encoding, and the entity tag of these very bytes."""

    body: bytes
    etag: str
    headers: dict[str, str]

    def response(self, *, known: bool, media_type: str = "text/html") -> Response:
        """The page, or 304 for a client that knows it; without `Cache-Control`."""
        headers = {"ETag": self.etag, "Vary": "Accept-Encoding"}
        if known:
            return Response(status_code=304, headers=headers)
        return Response(self.body, media_type=media_type, headers=headers | self.headers)


@dataclass(slots=True, eq=False)
class CachedPage:
    """A page's bytes and their entity tag."""

    key: Hashable
    body: bytes
    etag: str
    targets: list[tuple[bytes, bool]] = field(default_factory=list)
    """The keys of its entries: a request target, and whether the client takes gzip."""

    used_again: bool = False
    _packed: bytes | None = None
    _tried: bool = False

    @property
    def size(self) -> int:
        """Maximum bytes of memory, with the compressed body, which is half of the other at most."""
        parts = self.key if isinstance(self.key, tuple) else (self.key,)
        return len(self.body) * 3 // 2 + sum(map(sys.getsizeof, parts)) + _OVERHEAD

    def is_ready(self, *, gzip: bool) -> bool:
        """Whether `representation` has nothing left to compress."""
        return self._tried or not gzip

    def representation(self, *, gzip: bool) -> Representation:
        """The page for clients that take gzip, or do not; compressed when first needed.

        Compressing takes longer than rendering.
        """
        if gzip and not self._tried:
            self._packed = compressed(self.body)
            self._tried = True
        if gzip and self._packed is not None:
            etag = f'{self.etag[:-1]}-gzip"'
            return Representation(self._packed, etag, {"Content-Encoding": "gzip"})
        return Representation(self.body, self.etag, {})


@dataclass(frozen=True, slots=True, eq=False)
class CacheEntry:
    """The responses to one target: the page, and 304. Good from `since` until `until`."""

    page: CachedPage
    etag: str
    ok: WireResponse
    not_modified: WireResponse
    since: float
    until: float
    last_stored: float
    """Until when the response may be the 304."""


class Draft:
    """A page that is being rendered, a part at a time; kept while anybody waits for it."""

    def __init__(self, cache: "PageCache", key: Hashable, render: Render) -> None:
        self._cache = cache
        self._key = key
        self._render = render
        self._page = cache.get(key)
        self._parts: list[str] = []
        self._rest: Iterator[str] | None = None

    def advance(self, *, gzip: bool) -> CachedPage | None:
        """Render the next part. The page, ready for this encoding, once no part is missing."""
        if self._page is None:
            text = self._text()
            if text is None:
                return None
            self._page = self._cache.put(self._key, text.encode())
        self._page.representation(gzip=gzip)
        return self._page

    def _text(self) -> str | None:
        """The text of the page, or None while parts are missing. After an error it begins again."""
        try:
            if self._rest is None:
                rendered = self._render()
                if isinstance(rendered, str):
                    return rendered
                self._rest = rendered
            part = next(self._rest, None)
        except Exception:
            self._parts = []
            self._rest = None
            raise
        if part is None:
            return "".join(self._parts)
        self._parts.append(part)
        return None


class PageCache:
    """Keeps at most `most_bytes`. `now` gives POSIX seconds.

    Eviction is the clock algorithm: a page that was used again gets a second chance. It is close to
    least recently used, a hit costs only a flag, and a crawler's pages evict each other and not
    those in use.
    """

    def __init__(self, most_bytes: int, now: Callable[[], float]) -> None:
        self._most_bytes = most_bytes
        self.now = now
        self.bytes = 0
        """The size of all pages."""

        self._pages: OrderedDict[Hashable, CachedPage] = OrderedDict()
        self._entries: dict[tuple[bytes, bool], CacheEntry] = {}
        self._drafts: WeakValueDictionary[Hashable, Draft] = WeakValueDictionary()

    def draft(self, key: Hashable, render: Render) -> Draft:
        """The draft of this page that others wait for, or a new one."""
        draft = self._drafts.get(key)
        if draft is None:
            draft = self._drafts[key] = Draft(self, key, render)
        return draft

    def page(self, key: Hashable, render: Callable[[], str]) -> CachedPage:
        """The page of this key, rendered unless cached. It must depend on nothing but the key."""
        return self.get(key) or self.put(key, render().encode())

    def get(self, key: Hashable) -> CachedPage | None:
        page = self._pages.get(key)
        if page:
            page.used_again = True
        return page

    def put(self, key: Hashable, body: bytes) -> CachedPage:
        """Cache this page, in place of the key's earlier one."""
        known = self._pages.get(key)
        if known:
            self._drop(known)
        page = CachedPage(key, body, f'"{hashlib.sha256(body).hexdigest()[:24]}"')
        self._pages[key] = page
        self.bytes += page.size
        while self.bytes > self._most_bytes:
            oldest = next(iter(self._pages.values()))
            if oldest.used_again:
                oldest.used_again = False
                self._pages.move_to_end(oldest.key)
            else:
                self._drop(oldest)
        return page

    def make_ready(
        self,
        target: bytes,
        page: CachedPage,
        since: float,
        lifetime: Lifetime,
        *,
        gzip: bool = False,
    ) -> None:
        """Have `find` return this page for the target, in its lifetime.

        With `gzip`, clients that take gzip get it too. A page must have few targets: the cache's
        bound does not count them.
        """
        if not since <= self.now() < lifetime.until or self._pages.get(page.key) is not page:
            return  # the lifetime ended during the request, or the page was evicted
        for encoded in {False, gzip}:
            if self.find(target, gzip=encoded):
                continue
            representation = page.representation(gzip=encoded)
            self._entries[target, encoded] = CacheEntry(
                page,
                representation.etag,
                wire_response(representation.response(known=False), lifetime.cache_control),
                wire_response(representation.response(known=True), lifetime.cache_control),
                since,
                lifetime.until,
                lifetime.last_stored,
            )
            page.targets.append((target, encoded))

    def find(self, target: bytes, *, gzip: bool = False) -> CacheEntry | None:
        """The entry of this target, which is path and query as in the request line."""
        entry = self._entries.get((target, gzip))
        if entry is None:
            return None
        if not entry.since <= self.now() < entry.until:
            self._drop(entry.page)
            return None
        entry.page.used_again = True
        return entry

    def _drop(self, page: CachedPage) -> None:
        for target in page.targets:
            del self._entries[target]
        page.targets.clear()
        del self._pages[page.key]
        self.bytes -= page.size


def matches(if_none_match: str, etag: str) -> bool:
    """Weak comparison (RFC 9110, 13.1.2). No tag contains the quotes of another (8.8.3)."""
    return etag in if_none_match or if_none_match.strip() == "*"
