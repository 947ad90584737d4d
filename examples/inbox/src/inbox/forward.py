"""The worker: takes events that are due, posts each to another service, and tries again later."""

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable
from urllib.parse import unquote_plus, urlsplit

import boto3
from botocore.config import Config
from ishizue import Stop, Unavailable

from inbox.store import Event, Store

log = logging.getLogger(__name__)

DELIVERY_SECONDS = 30
"""The longest time that a delivery takes in all, well below a worker's lease of its event."""

IDLE_SECONDS = 1
POLL_SECONDS = 10

Send = Callable[[Event], Awaitable[None]]
"""Delivers one event, or raises: any exception is a failed try."""


def sender(address: str) -> Send:
    """Posts events to this address, or only logs them without one."""

    async def send(event: Event) -> None:
        if not address:
            log.info("event %s: %d bytes", event.id, len(event.body))
            return
        # Not by urllib: its time-out is one of each packet, and nothing ends its thread.
        to = urlsplit(address)
        fields = {
            "Host": to.netloc,
            "Connection": "close",
            "Content-Type": "application/octet-stream",
            "Content-Length": str(len(event.body)),
            "webhook-id": event.id,
        }
        head = [f"POST {address.partition(to.netloc)[2] or '/'} HTTP/1.1"]
        head += [f"{name}: {' '.join(value.split())}" for name, value in fields.items()]
        reader, writer = await asyncio.open_connection(
            to.hostname, to.port or to.scheme, ssl=to.scheme == "https"
        )
        try:
            writer.write("\r\n".join([*head, "", ""]).encode() + event.body)
            status = await reader.readline()
        finally:
            writer.transport.abort()
        if not re.match(rb"HTTP/1\.[01] 2\d\d ", status):
            raise ConnectionError(f"the response was {status[:80]!r}")

    return send


class Forwarder:
    """Forwards events until it is asked to stop, and counts those that it delivered."""

    def __init__(self, store: Store, send: Send, queue: str = "") -> None:
        self._store = store
        self._send = send
        self._queue = queue
        self.delivered = 0

    async def run(self, stop: Stop) -> None:
        arriving = [self._store_arrivals(stop)] if self._queue else []
        await asyncio.gather(self._forward(stop), *arriving)

    async def _forward(self, stop: Stop) -> None:
        while not stop.is_set():
            had_event = False
            try:
                had_event = await self.forward_one()
            except Unavailable:
                pass  # the log says so, once for each outage
            except Exception:
                log.exception("an event was neither delivered nor put off")
            if not had_event:
                await stop.pause(IDLE_SECONDS)

    async def forward_one(self) -> bool:
        """Forward the event that is due; returns whether there was one. Raises Unavailable."""
        event = await self._store.take()
        if event is None:
            return False
        try:
            async with asyncio.timeout(DELIVERY_SECONDS):
                await self._send(event)
        except Exception as error:
            log.warning("event %s: try %d: %r", event.id, event.tries, error)
            await self._store.failed(event)
        else:
            await self._store.delivered(event)
            self.delivered += 1
        return True

    async def _store_arrivals(self, stop: Stop) -> None:
        """Store what S3 tells the queue of each large body as its event, once."""
        sqs = boto3.client("sqs", config=Config(connect_timeout=2, read_timeout=2 * POLL_SECONDS))
        poll = {"QueueUrl": self._queue, "WaitTimeSeconds": POLL_SECONDS}
        while not stop.is_set():
            try:
                received = await asyncio.to_thread(sqs.receive_message, **poll)
                for message in received.get("Messages", ()):
                    # S3's test event, the first message, has no records.
                    for record in json.loads(message["Body"]).get("Records", ()):
                        id_ = unquote_plus(record["s3"]["object"]["key"])
                        await self._store.add(id_, json.dumps(record).encode())
                    done = {"QueueUrl": self._queue, "ReceiptHandle": message["ReceiptHandle"]}
                    await asyncio.to_thread(sqs.delete_message, **done)
            except Exception:
                log.exception("a message was not received, or stays in the queue")
                await stop.pause(POLL_SECONDS)
