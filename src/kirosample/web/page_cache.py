"""Rendered pages in bounded memory, and the answers made of them."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class CachedPage:
    """A page's bytes and their entity tag."""

    body: bytes
    etag: str


class PageCache:
    """Keeps at most `most_bytes`; what was asked for longest ago goes first."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._pages: OrderedDict[Hashable, CachedPage] = OrderedDict()

    def page(self, key: Hashable, render: Callable[[], str]) -> CachedPage:
        """The page of this key, rendered where it is not there. The key is all it depends on."""
        page = self._pages.get(key)
        if page:
            self._pages.move_to_end(key)
            return page
        body = render().encode()
        page = CachedPage(body, f'"{hashlib.sha256(body).hexdigest()[:24]}"')
        self._pages[key] = page
        self._bytes += len(body)
        while self._bytes > self._most_bytes:
            _, oldest = self._pages.popitem(last=False)
            self._bytes -= len(oldest.body)
        return page

    @property
    def bytes(self) -> int:
        """What the pages' bodies take together."""
        return self._bytes


def answer(request: Request, page: CachedPage, media_type: str = "text/html") -> Response:
    """The page, or 304 where the client has it. The client asks again each time."""
    headers = {"ETag": page.etag, "Cache-Control": "no-cache"}
    if _matches(request.headers.get("if-none-match", ""), page.etag):
        return Response(status_code=304, headers=headers)
    return Response(page.body, media_type=media_type, headers=headers)


def _matches(if_none_match: str, etag: str) -> bool:
    """Weak comparison, as RFC 9110, 13.1.2 has it."""
    if if_none_match.strip() == "*":
        return True
    return any(tag.strip().removeprefix("W/") == etag for tag in if_none_match.split(","))
