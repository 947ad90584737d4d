"""Likes and withdrawals over HTTP."""

import re
from dataclasses import replace
from datetime import date, timedelta
from ipaddress import ip_network

import pytest

from ishizue.testing.postgres import execute
from kirosample.favorites import TYPES
from kirosample.web import lists
from kirosample.web.i18n.languages import PREFIXES
from tests.web.common import FORM, walked
from tools.servers import NOON, SETTINGS, Running, serving

READING = {"type": "horoscope", "item": "2026-11-24.aries"}


def quote(server: Running, index: int = 0) -> dict[str, str]:
    return {"type": "quote", "item": server.portal.catalogue.quotes[index].id}


def test_a_first_like_is_201_and_a_second_by_the_same_visitor_200(server: Running) -> None:
    with server.visitor() as me:
        first = me.post("/api/favorites", json=quote(server))
        again = me.post("/api/favorites", json=quote(server))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    liked = first.json()
    assert list(liked) == ["id", "type", "content", "author", "created_at", "likes"]
    assert liked["content"] == server.portal.catalogue.quotes[0].text.ja
    assert liked["likes"] == 1
    assert liked["created_at"].endswith("+09:00")
    cookie = first.headers["set-cookie"]
    assert "HttpOnly; SameSite=Lax" in cookie
    assert "Secure" not in cookie
    assert again.headers["set-cookie"] == cookie, "which lasts from the last write on"


def test_lists_and_statistics_are_by_type(server: Running) -> None:
    with server.visitor() as me, server.visitor() as you:
        for index in range(3):
            me.post("/api/favorites", json=quote(server, index))
        you.post("/api/favorites", json=quote(server, 1))
        numbers = {type_: (3, 4) if type_ == "quote" else (0, 0) for type_ in TYPES}
        assert server.json("/api/favorites/stats")["stats"] == [
            {"type": type_, "count": count, "likes": likes}
            for type_, (count, likes) in numbers.items()
        ]
        me.post("/api/favorites", json=READING)
    of_type = server.json("/api/favorites", params={"type": "horoscope"})["favorites"]
    assert [favorite["type"] for favorite in of_type] == ["horoscope"]


def test_my_list_has_my_favorites_the_latest_first_in_pages(server: Running) -> None:
    with server.visitor() as me, server.visitor() as you:
        you.post("/api/favorites", json=quote(server, 9))
        mine = [me.post("/api/favorites", json=quote(server, n)).json()["id"] for n in range(5)]
        listed = walked(me, "/api/favorites/mine", 2)
        assert [favorite["id"] for favorite in listed] == mine[::-1]
        assert me.get("/api/favorites/mine", params={"type": "horoscope"}).json()["favorites"] == []
        assert len(you.get("/api/favorites/mine").json()["favorites"]) == 1
    with server.visitor() as stranger:
        nothing = stranger.get("/api/favorites/mine")
        assert nothing.json() == {"favorites": [], "next": None}
        assert "set-cookie" not in nothing.headers


def test_lists_leave_out_a_type_that_only_a_later_release_knows(
    server: Running, database: str
) -> None:
    with server.visitor() as me:
        mine = [me.post("/api/favorites", json=quote(server, n)).json()["id"] for n in range(3)]
        me.post("/api/favorites", json=READING)
        for statement in (
            "ALTER TABLE favorites DROP CONSTRAINT favorites_type_check",
            f"UPDATE favorites SET type = 'later', item = 'x.y' WHERE id = {mine[1]}",
        ):
            execute(database, statement)
        for path in ("/api/favorites", "/api/favorites/mine"):
            listed = walked(me, path, 1)
            assert {favorite["id"] for favorite in listed} >= {mine[0], mine[2]}
            assert {favorite["type"] for favorite in listed} == {"quote", "horoscope"}
        for path in ("", "?mine=true", "?mine=true&limit=1", "/export.json", "/export.csv"):
            for prefix in PREFIXES.values():
                shown = me.get(f"{prefix}/favorites{path}")
                assert shown.status_code == 200
                assert "later" not in shown.text


@pytest.mark.parametrize(
    ("prefix", "name", "nothing"),
    [("", "おひつじ座", "まだ何もありません。"), ("/en", "Aries", "Nothing here yet.")],
)
def test_forms_like_and_withdraw_without_javascript(
    server: Running, prefix: str, name: str, nothing: str
) -> None:
    with server.visitor() as me:
        liked = me.post(f"{prefix}/favorites", data={"like": "horoscope:2026-11-24.aries"})
        mine = f"{prefix}/favorites?mine=true"
        assert (liked.status_code, liked.headers["location"]) == (303, mine)
        page = me.get(mine).text
        assert name in page
        (path,) = re.findall(rf'action="({prefix}/favorites/[0-9]+/withdraw)"', page)
        for _ in range(2):
            gone = me.post(path, headers=FORM)
            assert (gone.status_code, gone.headers["location"]) == (303, mine)
        assert nothing in me.get(mine).text.replace("<wbr>", "")


def reading(day: date) -> dict[str, str]:
    return {"type": "horoscope", "item": f"{day}.leo"}


@pytest.mark.parametrize(("days", "status"), [(-31, 422), (-30, 201), (1, 201), (2, 422)])
def test_a_horoscope_can_be_liked_from_30_days_back_to_one_ahead(
    server: Running, days: int, status: int
) -> None:
    day = server.portal.today() + timedelta(days)
    with server.visitor() as me:
        answer = me.post("/api/favorites", json=reading(day))
        japanese, english = (
            me.post(f"{path}/favorites", data={"like": f"horoscope:{day}.leo"})
            for path in PREFIXES.values()
        )
    assert answer.status_code == status
    assert {japanese.status_code, english.status_code} == {303 if status == 201 else 422}
    if status == 422:
        assert answer.json()["field"] == "item"
        for text in (answer.json()["detail"], japanese.text):
            assert "30日前から明日まで" in text
        assert "from 30 days ago to tomorrow" in english.text
    for path, signs in (("/horoscope", 12), ("/horoscope/leo", 1)):
        shown = server.text(f"{path}?date={day}")
        assert shown.count('name="like"') == (signs if status == 201 else 0)


def test_an_old_like_counts_and_can_be_withdrawn_at_any_age(database: str) -> None:
    now = NOON
    with serving(database, clock=lambda: now) as server, server.visitor() as me:
        server.ready()
        old = reading(server.portal.today())
        id_ = me.post("/api/favorites", json=old).json()["id"]
        now += timedelta(40)
        again = me.post("/api/favorites", json=old)
        assert (again.status_code, again.json()["likes"]) == (200, 1)
        assert server.client.post("/api/favorites", json=old).status_code == 422, "it is a new like"
        everybodys, mine = me.get("/favorites").text, me.get("/favorites?mine=true").text
        assert "しし座" in everybodys
        assert 'name="like"' not in everybodys
        assert f"/favorites/{id_}/withdraw" in mine
        assert me.delete(f"/api/favorites/{id_}").status_code == 204
        assert me.post("/api/favorites", json=old).status_code == 422
        assert server.json("/api/favorites")["favorites"] == []


BEHIND_A_PROXY = replace(
    SETTINGS,
    trusted_proxies=(ip_network("127.0.0.0/8"),),
    public_url="https://kirosample.example",
)


def test_a_trusted_proxy_sets_the_scheme(database: str) -> None:
    with serving(database, settings=BEHIND_A_PROXY) as server, server.visitor() as me:
        server.ready()
        headers = {
            "x-forwarded-for": "203.0.113.200",
            "x-forwarded-proto": "https",
            "origin": "https://kirosample.example",
        }
        answer = me.post("/api/favorites", json=READING, headers=headers)
        assert answer.status_code == 201
        assert answer.headers["strict-transport-security"]
        assert answer.headers["set-cookie"].startswith("__Host-visitor=")
        attributes = set(answer.headers["set-cookie"].split("; "))
        assert {"Secure", "Path=/", "HttpOnly", "SameSite=Lax"} < attributes
        assert "domain" not in answer.headers["set-cookie"].lower()
        headers["origin"] = server.url
        assert me.post("/api/favorites", json=READING, headers=headers).status_code == 403


def test_without_a_database_favorites_are_503(pages: Running) -> None:
    assert pages.client.get("/readyz").status_code == 200
    exports = ("/favorites/export.json", "/favorites/export.csv")
    lists = ("/favorites", "/api/favorites", "/api/favorites/mine", "/api/favorites/stats")
    for path in (*lists, *exports, "/favorites/transfer"):
        assert "提供していません" in pages.text(path, status=503)
    assert "ただいま" not in pages.text("/favorites", status=503)  # trying again does not help
    transfers = ("/api/favorites/transfers", "/api/favorites/transfers/redeem")
    for path in ("/api/favorites", "/favorites/transfer/code", *transfers):
        assert pages.client.post(path, json=READING).status_code == 503
    assert pages.client.delete("/api/favorites/1").status_code == 503
    assert "/favorites" not in pages.text("/")


def test_what_was_liked_on_this_day_a_year_ago_is_shown_again(
    server: Running, database: str
) -> None:
    midnight = "2025-11-23 15:00:00+00"  # in Japan, of November 24
    times = {
        -1: f"timestamptz '{midnight}' - interval '1 microsecond'",
        0: f"timestamptz '{midnight}'",
        1: f"timestamptz '{midnight}' + interval '1 day' - interval '1 microsecond'",
        2: f"timestamptz '{midnight}' + interval '1 day'",
    }
    with server.visitor() as me, server.visitor() as you:
        you.post("/api/favorites", json=quote(server, 0))
        for day, time in times.items():
            id_ = me.post("/api/favorites", json=quote(server, day + 1)).json()["id"]
            execute(
                database,
                f"UPDATE favorite_likes SET created_at = {time} WHERE favorite_id = {id_}"
                " AND created_at > '2026-01-01'",
            )
        quotes = [server.portal.catalogue.quotes[index].id for index in range(4)]
        shown = me.get("/favorites?mine=true").text.partition('class="panel year-ago"')[2]
        links = re.findall('href="/quote/([^"]+)"', shown.partition("</section>")[0])
        assert links == [quotes[2], quotes[1]], "the latest first"
        assert "a year ago" in me.get("/en/favorites?mine=true").text
        for visitor, path in ((me, "/favorites?mine=true&type=quote"), (me, "/favorites")):
            assert "year-ago" not in visitor.get(path).text
        assert "year-ago" not in you.get("/favorites?mine=true").text


def test_the_year_before_a_leap_day_has_february_28() -> None:
    assert lists.year_before(date(2028, 2, 29)) == date(2027, 2, 28)
    assert lists.year_before(date(2028, 3, 1)) == date(2027, 3, 1)
