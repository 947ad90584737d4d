"""A list that many ask for, in the HTTP protocol: one reading answers all who wait for it.

As the pages of the page cache are answered before a request is made of them, so is the list of
favorites, but later: when the reading that began after the request has ended. Why:
docs/decisions/0005-page-cache-in-the-protocol.md.
"""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

from starlette.responses import Response

from kirosample.favorites import Round
from kirosample.telemetry.request_log import CLIENT_LEFT
from kirosample.web.compression import takes_gzip
from kirosample.web.protocol.answers import Written, written
from kirosample.web.protocol.bounded import BoundedProtocol
from kirosample.web.protocol.cached import CachedProtocol, ReadyAnswers
from kirosample.web.protocol.heads import NOTHING, asked, forwarded


class Answer(Protocol):
    """The answer with a page, compressed for a client that takes gzip."""

    def __call__(self, page: bytes, /, *, gzip: bool) -> Response: ...


class Reading:
    """What one address shows: how to ask for the page to come, and how it is answered."""

    def __init__(self, ask: Callable[[], Round[bytes]], answer: Answer) -> None:
        self.ask = ask
        self._round: Round[bytes] | None = None
        self._answer = answer
        self._page, self._written = b"", dict[bool, Written]()

    def wait(self, found: Callable[[bytes | Exception], None]) -> None:
        """Have `found` called with the page, or with an error of its own where it fails."""
        if self._round is None or self._round.begun:
            self._round = self.ask()
        self._round.tell(found)

    def written(self, page: bytes, *, gzip: bool) -> Written:
        """The answer with this page, in one encoding. Those who share a reading share it."""
        if page is not self._page:
            self._page, self._written = page, {}
        if gzip not in self._written:
            self._written[gzip] = written(self._answer(page, gzip=gzip))
        return self._written[gzip]


class SharedProtocol(CachedProtocol):
    """One connection.

    While it waits for a reading, what else arrives is held back, and read when the answer is out.
    """

    def __init__(
        self,
        *arguments: Any,
        ready: ReadyAnswers,
        readings: Mapping[bytes, Reading],
        **named: Any,
    ) -> None:
        self._readings = readings
        self._waiting = False
        self._held = b""
        super().__init__(*arguments, ready=ready, **named)

    def is_idle(self) -> bool:
        return not self._waiting and super().is_idle()

    def _usual(self, data: bytes) -> None:
        if self._waiting:
            self._held += data
            self.flow.pause_reading()
        else:
            super()._usual(data)

    def shutdown(self) -> None:
        if self._waiting:
            self.closing = True
        else:
            super().shutdown()

    def _not_ready(self, data: bytes) -> None:
        if not self._wait(data):
            self._usual(data)

    def _wait(self, data: bytes) -> bool:
        """Wait for the reading that the request asks for, if it asks for one."""
        end = data.find(b" ", 4)
        reading = self._readings.get(data[4:end])
        if reading is None or not self._ready.request.is_whole(data, data.lower(), end):
            return False
        reading.wait(partial(self._found, data, reading, time.perf_counter()))
        self._waiting = self._within = True
        return True

    def _found(
        self, data: bytes, reading: Reading, began: float, outcome: bytes | Exception
    ) -> None:
        self._waiting = self._within = False
        held, self._held = self._held, b""
        lowered, address = data.lower(), data[4 : data.find(b" ", 4)]
        if self.transport.is_closing():
            if self._ready.log:
                added = forwarded(data, lowered) if self._trusted else NOTHING
                self._ready.log.answered(address, CLIENT_LEFT, 0, began, self._peer, added)
            return
        self.flow.resume_reading()
        if isinstance(outcome, Exception) or ((self.closing or self._half_closed) and not held):
            # The usual way tells the reason, or that this answer is the last one.
            BoundedProtocol.data_received(self, data)
            scope: Any = self.cycle.scope
            scope["began"], scope["outcome"] = began, outcome
        else:
            accepted, _ = asked(data, lowered)
            answer = reading.written(outcome, gzip=takes_gzip(accepted))
            self._write(answer, data, lowered, address, began)
        if held:
            self.data_received(held)
