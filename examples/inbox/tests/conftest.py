"""Servers and stores for tests. The databases are fixtures of `ishizue.testing.plugin`."""

import base64
import hmac
import time
from collections.abc import AsyncIterator, Iterator
from typing import Protocol

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


class Post(Protocol):
    """Sends an event, signed as a sender would."""

    def __call__(
        self, id_: str, body: bytes, *, key: str = KEY, age: int = 0, more: str = ""
    ) -> httpx.Response: ...


@pytest.fixture
def post(server: RunningService) -> Post:
    def send(
        id_: str, body: bytes, *, key: str = KEY, age: int = 0, more: str = ""
    ) -> httpx.Response:
        sent_at = str(int(time.time()) - age)
        digest = hmac.digest(key.encode(), f"{id_}.{sent_at}.".encode() + body, "sha256")
        signed = f"{more}v1,{base64.b64encode(digest).decode()}"
        headers = {"webhook-id": id_, "webhook-timestamp": sent_at, "webhook-signature": signed}
        return server.client.post("/hooks", content=body, headers=headers)

    return send
