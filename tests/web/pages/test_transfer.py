"""Favorites move to another device: pages, API, limits, and what is not logged."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

import httpx
import pytest

from ishizue.storage.errors import Unavailable
from ishizue.telemetry import RequestLog
from ishizue.testing.postgres import fetch
from kirosample.favorites.transfers import Transfers
from kirosample.web.transfers import TRANSFERS, WRONG_CODES
from tests.web.common import FORM
from tools.servers import Running, serving

OFFER, REDEEM = "/api/favorites/transfers", "/api/favorites/transfers/redeem"
LOOK_UP, CODE = "/favorites/transfer", "/favorites/transfer/code"
MOVE = "/favorites/transfer/redeem"
WRONG = {"code": "0000-0000-0000"}


@pytest.fixture
def me(server: Running) -> Iterator[httpx.Client]:
    """A visitor who likes three quotes."""
    with server.visitor() as client:
        for quote in server.portal.catalogue.quotes[:3]:
            liked = client.post("/api/favorites", json={"type": "quote", "item": quote.id})
            assert liked.status_code == 201
        yield client


@pytest.fixture
def you(server: Running) -> Iterator[httpx.Client]:
    """A visitor with a cookie."""
    with closing(known(server)) as client:
        yield client


def known(server: Running) -> httpx.Client:
    client = server.visitor()
    assert "set-cookie" in client.delete("/api/favorites/1").headers
    return client


def count(visitor: httpx.Client) -> int:
    return len(visitor.get("/api/favorites/mine").json()["favorites"])


def offered(visitor: httpx.Client) -> dict[str, str]:
    """The body with a new code of this visitor."""
    answer = visitor.post(OFFER, json={})
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    expires = datetime.fromisoformat(answer.json()["expires_at"])
    assert expires.utcoffset() == timedelta(hours=9)
    return {"code": answer.json()["code"]}


def test_a_move_needs_a_cookie_that_came_with_the_request(
    me: httpx.Client, server: Running
) -> None:
    body = offered(me)
    with server.visitor() as refusing, server.visitor() as keeping:
        for _ in range(2):
            refused = refusing.post(REDEEM, json=body)
            assert refused.status_code == 403
            assert "set-cookie" in refused.headers
            assert "Cookie" in refused.json()["detail"]
            refusing.cookies.clear()
            page = refusing.post(MOVE, data=body)
            assert (page.status_code, page.headers["cache-control"]) == (403, "no-store")
            assert "Cookie が必要です" in page.text.replace("<wbr>", "")
            assert f'value="{body["code"]}"' in page.text, "to be sent again"
            assert "aria-invalid" not in page.text, "the code is not wrong"
            refusing.cookies.clear()
        assert count(me) == 3
        asked = keeping.post(LOOK_UP, data=body)
        assert (asked.status_code, "set-cookie" in asked.headers) == (200, True)
        assert keeping.post(MOVE, data=body).status_code == 303
        assert count(keeping) == 3


def test_forms_ask_with_the_number_before_they_move(
    me: httpx.Client, you: httpx.Client, server: Running
) -> None:
    you.post("/favorites", data={"like": f"quote:{server.portal.catalogue.quotes[0].id}"})
    shown = me.post(CODE, headers=FORM)
    assert (shown.status_code, shown.headers["cache-control"]) == (200, "no-store")
    (code,) = re.findall(r"<code>(.{14})</code>", shown.text)
    assert f'href="/favorites/transfer#{code}"' in shown.text
    for _ in range(2):
        asked = you.post(LOOK_UP, data={"code": code.lower()})
        assert (asked.status_code, asked.headers["cache-control"]) == (200, "no-store")
        assert "<b>3件</b>" in asked.text
        assert "うち1件" in asked.text
    assert (count(me), count(you)) == (3, 1), "asking moves nothing"
    moved = you.post(MOVE, data={"code": code})
    assert (moved.status_code, moved.headers["location"]) == (303, "/favorites?mine=true&moved=3")
    assert "3件を移しました" in you.get(moved.headers["location"]).text
    assert (count(me), count(you)) == (0, 3)
    again = you.post(MOVE, data={"code": code})
    assert (again.status_code, again.headers["location"]) == (303, "/favorites?mine=true&moved=3")
    for path in (LOOK_UP, f"/en{LOOK_UP}"):
        refused = you.post(path, data={"code": code})
        assert (refused.status_code, refused.headers["cache-control"]) == (422, "no-store")
        assert 'aria-invalid="true"' in refused.text
    assert "doesn’t work" in refused.text


def test_nothing_is_moved_by_a_preview_a_crawler_or_another_site(
    me: httpx.Client, you: httpx.Client, database: str
) -> None:
    body = offered(me)
    before = fetch(database, "SELECT * FROM favorite_transfers")
    for path in (LOOK_UP, f"/en{LOOK_UP}"):
        for method in ("GET", "HEAD"):
            answer = you.request(method, path)
            assert answer.status_code == 200
            assert "set-cookie" not in answer.headers
    for path in (CODE, MOVE):
        assert you.get(path).status_code == 405
    evil = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    for visitor in (me, you):
        for path in (LOOK_UP, MOVE, CODE):
            assert visitor.post(path, data=body, headers=evil).status_code == 403
        assert visitor.post(OFFER, json={}, headers=evil).status_code == 403
        assert visitor.post(REDEEM, json=body, headers=evil).status_code == 403
    assert fetch(database, "SELECT * FROM favorite_transfers") == before
    assert (count(me), count(you)) == (3, 0)


def test_wrong_codes_are_limited_and_right_ones_are_not(
    me: httpx.Client, you: httpx.Client, server: Running
) -> None:
    body = offered(me)
    for _ in range(2 * WRONG_CODES):
        assert you.post(LOOK_UP, data=body).status_code == 200
    tried = [you.post(REDEEM, json=WRONG) for _ in range(WRONG_CODES + 1)]
    assert [answer.status_code for answer in tried] == [*[422] * WRONG_CODES, 429]
    assert tried[0].json()["field"] == "code"
    assert 1 <= int(tried[-1].headers["retry-after"]) <= 30
    page = you.post(MOVE, data=WRONG)
    assert page.status_code == 429
    assert f'name="code" value="{WRONG["code"]}"' in page.text, "to be sent again"
    with closing(known(server)) as owner:  # behind the same address
        assert owner.post(LOOK_UP, data=body).status_code == 200
        assert owner.post(MOVE, data=body).status_code == 303
        assert count(owner) == 3
    assert you.post(REDEEM, json=WRONG).status_code == 429


def test_codes_and_moves_are_limited_by_visitor_even_if_the_likes_move_on(
    me: httpx.Client, server: Running
) -> None:
    holder = me
    for _ in range(TRANSFERS):
        body = offered(holder)
        receiver = known(server)
        moved = receiver.post(REDEEM, json=body)
        assert (moved.status_code, moved.json()) == (200, {"likes": 3, "already": 0})
        assert (count(holder), count(receiver)) == (0, 3)
        holder.close()
        holder = receiver
    limited = holder.post(OFFER, json={})
    assert limited.status_code == 429
    assert 1 <= int(limited.headers["retry-after"]) <= 3600 / TRANSFERS
    page = holder.post(CODE, headers=FORM)
    assert (page.status_code, page.headers["retry-after"]) == (429, limited.headers["retry-after"])
    with server.visitor() as other:
        item = {"type": "quote", "item": server.portal.catalogue.quotes[0].id}
        assert other.post("/api/favorites", json=item).status_code == 201
        code = offered(other)
        assert holder.post(REDEEM, json=code).status_code == 429
        for _ in range(TRANSFERS - 1):
            offered(other)
        assert other.post(OFFER, json={}).status_code == 429
    holder.close()


def test_what_was_not_done_does_not_count_as_a_code_or_a_move(
    me: httpx.Client, you: httpx.Client
) -> None:
    for _ in range(TRANSFERS + 1):
        assert you.post(OFFER, json={}).status_code == 422, "nothing to move"
    body = offered(me)
    for _ in range(TRANSFERS + 1):
        assert you.post(REDEEM, json=body).status_code == 200
    assert you.post(OFFER, json={}).status_code == 201


def test_a_code_does_not_count_as_wrong_while_the_database_is_away(
    me: httpx.Client, you: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = offered(me)

    async def away(*_: object) -> None:
        raise Unavailable("away")

    with monkeypatch.context() as patch:
        patch.setattr(Transfers, "look_up", away)
        tried = [you.post(LOOK_UP, data=body).status_code for _ in range(2 * WRONG_CODES)]
    assert tried == [503] * 2 * WRONG_CODES
    assert you.post(LOOK_UP, data=body).status_code == 200


def test_a_code_is_in_no_log(database: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    lines: list[str] = []
    with serving(database, log=RequestLog(lines.append, metrics=None)) as server:
        server.ready()
        with server.visitor() as me, server.visitor() as you:
            me.post("/api/favorites", json={"type": "horoscope", "item": "2026-11-24.leo"})
            body = offered(me)
            for path in (LOOK_UP, MOVE, MOVE):
                you.post(path, data=body)
            you.post(REDEEM, json=body)
            you.post(REDEEM, json={"code": body["code"], "more": 1})
    assert sum('"/favorites/transfer' in line for line in lines) == 3
    assert sum(REDEEM in line for line in lines) == 2
    assert body["code"] not in "".join(lines) + caplog.text
