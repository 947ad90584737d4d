"""Who invents lists harms no others. `make bench` measures how long crowds and others wait."""

import asyncio
import itertools
from uuid import UUID

import pytest

from ishizue.storage import database
from ishizue.testing.wire import get
from ishizue.visitors.cookies import COOKIE
from kirosample.favorites import store
from tests.web.common import until
from tools.servers import Running

SHARED = ("/favorites", "/en/favorites", "/api/favorites", "/favorites?type=quote")
OWN = ("/api/favorites/mine", "/favorites?mine=true")


async def ask(server: Running, path: str, headers: str = "") -> int:
    """The status of the response, over a connection of its own."""
    host, _, port = server.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(get(path, headers).encode())
        return int((await reader.readline()).split()[1])
    finally:
        writer.close()


def cookie(server: Running, visitor: int) -> str:
    assert server.portal.favorites
    return f"Cookie: {COOKIE}={server.portal.favorites.visitors.sign(UUID(int=visitor))}\r\n"


@pytest.fixture
def patient(server: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    """Reads, and all turns, may take as long as they do on a busy machine."""
    for queue in (server.service_state.reads, server.service_state.rendering):
        queue._wait_seconds = 60
    monkeypatch.setattr(store, "STATEMENT_SECONDS", 60)
    monkeypatch.setattr(database, "CONNECT_SECONDS", 60)
    return server


@pytest.mark.serial  # PostgreSQL's own 0.9 s for a statement stay
def test_many_distinct_lists_are_refused_and_delay_no_shared_or_own_ones(patient: Running) -> None:
    patient.service_state.reads._most = 16
    cursors = itertools.count()
    over = False
    statuses = set[int]()

    async def invent() -> None:
        while not over:
            statuses.add(await ask(patient, f"/favorites?cursor=1.{next(cursors)}"))

    async def come() -> None:
        nonlocal over
        inventing = [asyncio.ensure_future(invent()) for _ in range(64)]
        await until(lambda: 429 in statuses)
        others = [ask(patient, path) for path in SHARED]
        others += [ask(patient, path, cookie(patient, 1)) for path in OWN]
        assert set(await asyncio.gather(*others)) == {200}
        over = True
        await asyncio.gather(*inventing)
        assert statuses == {200, 429}, "some are read, and the rest are told to come again"

    asyncio.run(come())
    assert patient.portal.favorites
    assert not patient.portal.favorites.database.unavailable, "a full queue is no outage"
