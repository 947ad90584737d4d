"""Servers and stores for tests. The databases are fixtures of `ishizue.testing.plugin`."""

import base64
import hmac
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
from ishizue import Database, DatabaseUrl, Service
from ishizue.testing.running import RunningService, serving

from inbox.app import build
from inbox.settings import Settings
from inbox.store import SCHEMA, Store

KEY = "a key that only tests have"


def opened(address: str) -> Database:
    return Database(DatabaseUrl(address).connect_arguments(), SCHEMA, migrating=True)


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    async with opened(database) as connected:
        await connected.opened()
        yield Store(connected)


@pytest.fixture
def server(database: str) -> Iterator[RunningService]:
    def service(port: int) -> Service:
        return build(Settings(port=port, key=KEY), opened(database), None)

    with serving(service) as running:
        running.ready()
        yield running


def signed(
    id_: str, body: bytes, *, key: str = KEY, age: int = 0, more: str = ""
) -> dict[str, str]:
    """The fields with which a sender signs an event."""
    sent_at = str(int(time.time()) - age)
    digest = hmac.digest(key.encode(), f"{id_}.{sent_at}.".encode() + body, "sha256")
    signature = f"{more}v1,{base64.b64encode(digest).decode()}"
    return {"webhook-id": id_, "webhook-timestamp": sent_at, "webhook-signature": signature}


Post = Callable[..., httpx.Response]
"""`post(id, body, key=…)` sends an event."""


@pytest.fixture
def post(server: RunningService) -> Post:
    def send(id_: str, body: bytes, **options: Any) -> httpx.Response:
        headers = signed(id_, body, **options)
        return server.client.post("/hooks", content=body, headers=headers)

    return send
