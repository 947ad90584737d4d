"""The database goes away and comes back; the day's pages do not notice."""

import time

from tests.favorites.switch import Switch
from tests.servers import Running, serving

READING = {"type": "horoscope", "item": "2026-11-24.aries"}
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


def test_favorites_are_503_while_it_is_away_and_back_by_themselves(switch: Switch) -> None:
    with serving(switch.dsn) as server, server.visitor() as me:
        server.ready()
        assert me.post("/api/favorites", json=READING).status_code == 201
        assert _shows_popular(server, expected=True)
        switch.off()
        assert_away(server)
        assert _shows_popular(server, expected=False)
        switch.on()
        server.ready()
        assert me.post("/api/favorites", json=READING).json()["likes"] == 1
        assert _shows_popular(server, expected=True)


def test_it_may_be_away_at_the_start(switch: Switch) -> None:
    switch.off()
    with serving(switch.dsn) as server:
        assert_away(server)
        switch.on()
        server.ready()
        with server.visitor() as me:
            assert me.post("/api/favorites", json=READING).status_code == 201


def test_a_wrong_password_or_database_is_said_and_pages_are_served(switch: Switch) -> None:
    with serving(switch.dsn.replace("/postgres?", "/nothing?")) as server:
        for _ in range(100):
            if "nothing" in server.json("/readyz", status=503)["reason"]:
                break
            time.sleep(0.05)
        assert_away(server)


def _shows_popular(server: Running, *, expected: bool) -> bool:
    """Wait until the home page shows what is liked most, or no longer does."""
    for _ in range(150):
        shown = "2026-11-24" in server.text("/") and bool(
            server.portal.favorites and server.portal.favorites.popular.favorites()
        )
        if shown is expected:
            return True
        time.sleep(0.1)
    return False
