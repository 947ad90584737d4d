"""The worker: takes events that are due, posts each to another service, and tries again later."""

import asyncio
import logging
from collections.abc import Callable
from http.client import HTTPException
from urllib.request import Request, urlopen

from ishizue import Stop, Unavailable

from inbox.store import Event, Store

log = logging.getLogger(__name__)

POST_SECONDS = 10
IDLE_SECONDS = 1

Send = Callable[[Event], None]
"""Delivers one event, in a thread. Raises OSError or HTTPException."""


def sender(address: str) -> Send:
    """Posts events to this address, or only logs them without one."""

    def send(event: Event) -> None:
        if not address:
            log.info("event %s: %d bytes", event.id, len(event.body))
            return
        headers = {"Content-Type": "application/octet-stream", "webhook-id": event.id}
        request = Request(address, event.body, headers)  # noqa: S310  (settings.py checks it)
        with urlopen(request, timeout=POST_SECONDS):  # noqa: S310
            pass  # any status from 400 raises

    return send


class Forwarder:
    """Forwards events until it is asked to stop, and counts what became of them."""

    def __init__(self, store: Store, send: Send) -> None:
        self._store = store
        self._send = send
        self.delivered = 0
        self.given_up = 0

    async def run(self, stop: Stop) -> None:
        while not stop.is_set():
            try:
                had_event = await self.forward_one()
            except Unavailable:  # the log says so, once for each outage
                had_event = False
            if not had_event:
                await stop.pause(IDLE_SECONDS)

    async def forward_one(self) -> bool:
        """Forward the event that is due; returns whether there was one. Raises Unavailable."""
        event = await self._store.take()
        if event is None:
            return False
        try:
            await asyncio.to_thread(self._send, event)
        except (OSError, HTTPException) as error:
            is_last = await self._store.failed(event)
            self.given_up += is_last
            log.warning("event %s: try %d: %s", event.id, event.tries, error)
        else:
            await self._store.delivered(event)
            self.delivered += 1
        return True
