"""The page cache in the HTTP protocol: what is ready is written before anything else is made.

A whole request, alone in what was read, for an address that the page cache has ready, is answered
from its bytes. Everything else goes to uvicorn's own protocol as it came, and the bytes of both
answers are the same but for the date. Why: docs/decisions/0005-page-cache-in-the-protocol.md.
"""

import time
from collections.abc import Callable
from typing import Any, Protocol

import httptools

from kirosample.web.compression import takes_gzip
from kirosample.web.page_cache import PageCache, matches
from kirosample.web.protocol.answers import Header, Written, opening
from kirosample.web.protocol.bounded import BoundedProtocol
from kirosample.web.protocol.complete import Complete
from kirosample.web.protocol.early_log import EarlyLog
from kirosample.web.protocol.heads import HOST, NOTHING, asked, forwarded
from kirosample.web.security import security_lines

_ANSWERS_OF_A_SECOND = 32
"""How many are kept as they travel, beside the page cache."""


class Answered(Protocol):
    """Is told of every answer that was given here: its address, status and length in bytes."""

    def __call__(self, address: bytes, status: int, length: int) -> None: ...


class ReadyAnswers:
    """What all connections of one server share: the pages, and which proxies are believed."""

    def __init__(
        self,
        cache: PageCache,
        trusts: Callable[[str], bool | None],
        log: EarlyLog | None = None,
    ) -> None:
        self.cache = cache
        self.trusts = trusts
        self.log = log
        self.answered: Answered | None = None
        self.request = _WholeRequest()
        self._dated: list[Header] | None = None
        self._complete: dict[tuple[Written, bool], Complete] = {}

    def complete(self, written: Written, secure: bool, dated: list[Header]) -> Complete:
        """The answer with all its headers: put together once a second, the date being one.

        `secure` where it goes to a client over TLS. `dated` are uvicorn's headers, of which it
        makes a new list every second.
        """
        if dated is not self._dated:
            self._dated, self._complete = dated, {}
        answer = self._complete.get((written, secure))
        if answer is None:
            if len(self._complete) >= _ANSWERS_OF_A_SECOND:
                self._complete.clear()
            constant = security_lines("https" if secure else "http")
            parts = (
                opening(written.status, dated),
                written.headers,
                constant,
                b"\r\n",
                written.body,
            )
            answer = self._complete[written, secure] = Complete(b"".join(parts))
        return answer


class CachedProtocol(BoundedProtocol):
    """One connection."""

    def __init__(self, *arguments: Any, ready: ReadyAnswers, **named: Any) -> None:
        self._ready = ready
        self._socket, self._peer, self._trusted = -1, "", False
        super().__init__(*arguments, **named)

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._socket = transport.get_extra_info("socket").fileno()
        self._peer = self.client[0] if self.client else ""
        self._trusted = bool(self._ready.trusts(self._peer))

    def data_received(self, data: bytes) -> None:
        if (
            self._within
            or self.closing
            or self._half_closed
            or (self.cycle is not None and not self.cycle.response_complete)
            or self.flow.write_paused
            or not data.startswith(b"GET ")
        ):
            self._usual(data)
        elif not self._answer(data):
            self._not_ready(data)

    def _not_ready(self, data: bytes) -> None:
        """Nothing else is under way, and the page cache does not have what this GET asks for."""
        self._usual(data)

    def _usual(self, data: bytes) -> None:
        """Have it answered in uvicorn's way."""
        super().data_received(data)

    def _refuse(self, status: int, why: str) -> None:
        answered = self.is_idle()  # else it is dropped
        super()._refuse(status, why)
        if answered and self._ready.log:
            self._ready.log.refused(status, len(why), self._peer)

    def _give_up(self) -> None:
        if self._answering is not None:
            self._answering.scope["lost"] = True
        super()._give_up()

    def _answer(self, data: bytes) -> bool:
        """Answer the GET if it can be answered at once."""
        began = time.perf_counter()
        end = data.find(b" ", 4)
        address, lowered = data[4:end], data.lower()
        accepted, tags = asked(data, lowered)
        ready = self._ready.cache.find(address, gzip=accepted != b"" and takes_gzip(accepted))
        if ready is None or not self._ready.request.is_whole(data, lowered, end):
            return False
        known = tags != b"" and matches(tags.decode("latin-1"), ready.etag)
        self._write(ready.not_modified if known else ready.ok, data, lowered, address, began)
        return True

    def _write(
        self, written: Written, data: bytes, lowered: bytes, address: bytes, began: float
    ) -> None:
        """Answer the request `data`, and tell of it."""
        answers = self._ready
        added = forwarded(data, lowered) if self._trusted else NOTHING
        secure = added[0] != b"" and added[0].strip().lower() == b"https"
        complete = answers.complete(written, secure, self.server_state.default_headers)
        status, length = written.status, len(written.body)
        # Counted first: who has the answer finds it counted.
        self.server_state.total_requests += 1
        self.active_at = began
        if answers.answered:
            answers.answered(address, status, length)
        complete.send(self.transport, self._socket)
        if answers.log:
            answers.log.answered(address, status, length, began, self._peer, added)


class _WholeRequest:
    """uvicorn's parser without the callbacks that build a request: a header costs it no call."""

    def __init__(self) -> None:
        self._keeps_alive = False
        self._parser = httptools.HttpRequestParser(self)

    def on_message_complete(self) -> None:
        self._keeps_alive = self._parser.should_keep_alive()

    def is_whole(self, data: bytes, lowered: bytes, end: int) -> bool:
        """Whether this is one well-formed request, without a body, that keeps the connection.

        Its address ends at `end`.
        """
        if not data.startswith(b" HTTP/1.1\r\n", end) or data.find(b"\r\n\r\n") != len(data) - 4:
            return False
        if lowered.count(HOST) != 1:
            return False
        self._keeps_alive = False
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._keeps_alive = False
        if not self._keeps_alive:
            self._parser = httptools.HttpRequestParser(self)  # the other one is somewhere within
        return self._keeps_alive
