"""During an outage of the database favorites answer 503, pages are served, and the log says why."""

import asyncio

import pytest

from ishizue.http.fair_queue import Overloaded, ShareFull
from ishizue.testing.outages import Log, Switch
from tests.favorites.stores import READING
from tools.servers import Running, serving

AGAIN = "serving favorites again"
DAY_PAGES = ("/", "/date", "/horoscope", "/horoscope/leo", "/quote", "/about", "/api/date")


def assert_away(server: Running) -> None:
    for path in DAY_PAGES:
        assert server.client.get(path).status_code == 200
    ready = server.client.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (503, "unavailable")
    assert ready.json()["reason"]
    assert server.client.get("/livez").status_code == 200
    for path in ("/favorites", "/api/favorites", "/api/favorites/stats"):
        response = server.client.get(path)
        assert response.status_code == 503
        assert int(response.headers["retry-after"]) > 0
    with server.visitor() as me:
        response = me.post("/api/favorites", json=READING)
        assert response.status_code == 503
        assert response.headers["content-type"] == "application/problem+json"
        assert response.headers["retry-after"]
        assert "visitor" in me.cookies
        assert me.post("/favorites", data={"like": "horoscope:2026-11-24.aries"}).status_code == 503


def test_favorites_are_503_during_an_outage_and_recover(switch: Switch, log: Log) -> None:
    with serving(switch.dsn) as server, server.visitor() as me:
        server.ready()
        assert me.post("/api/favorites", json=READING).status_code == 201
        assert log.lines == []
        switch.off()
        assert_away(server)
        why = server.json("/readyz", status=503)["reason"]
        assert log.lines[-1] == f"cannot serve favorites: {why}"
        switch.on()
        server.ready()
        asyncio.run(log.until(AGAIN))
        assert me.post("/api/favorites", json=READING).json()["likes"] == 1
        assert len(set(log.lines)) == len(log.lines)  # a database that starts is a new reason
        assert sum(AGAIN in line for line in log.lines) == 1
        assert log.lines[-1].endswith("with 503: 5")


@pytest.mark.parametrize(("error", "status"), [(Overloaded, 503), (ShareFull, 429)])
def test_a_full_queue_is_no_outage(
    server: Running,
    log: Log,
    monkeypatch: pytest.MonkeyPatch,
    error: type[Overloaded],
    status: int,
) -> None:
    async def full(*_: object, **__: object) -> None:
        raise error

    assert server.portal.favorites
    monkeypatch.setattr(server.service_state.reads, "run", full)
    monkeypatch.setattr(server.portal.favorites.store._writes, "_queue_size", 0)
    for path in ("/favorites?mine=true", "/api/favorites?limit=7"):
        response = server.client.get(path)
        assert (response.status_code, response.headers["retry-after"]) == (status, "2")
    with server.visitor() as me:
        assert me.post("/api/favorites", json=READING).status_code == 503
    assert not server.portal.favorites.database.unavailable
    assert server.client.get("/readyz").status_code == 200
    assert log.lines == []
