"""Likes and withdrawals over HTTP."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from ipaddress import ip_network

import httpx
import pytest

from kirosample import horoscope
from kirosample.web import items, lists
from kirosample.web.i18n.languages import PREFIXES
from tools.postgres import execute
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


def test_the_last_withdrawal_removes_the_favorite(server: Running) -> None:
    with server.visitor() as me, server.visitor() as you:
        id_ = me.post("/api/favorites", json=READING).json()["id"]
        you.post("/api/favorites", json=READING)
        assert me.delete(f"/api/favorites/{id_}").status_code == 204
        assert me.delete(f"/api/favorites/{id_}").status_code == 404
        assert server.json("/api/favorites")["favorites"][0]["likes"] == 1
        assert you.delete(f"/api/favorites/{id_}").status_code == 204
    assert server.json("/api/favorites") == {"favorites": [], "next": None}


def test_the_list_is_ordered_by_likes_and_every_page_is_reachable(server: Running) -> None:
    for index in range(11):
        for _ in range(1 + index % 4):
            with server.visitor() as somebody:
                somebody.post("/api/favorites", json=quote(server, index))
    found: list[dict[str, int]] = []
    cursor: str | None = ""
    while cursor is not None:
        body = server.json("/api/favorites", params={"limit": 3, "cursor": cursor})
        found += body["favorites"]
        cursor = body["next"]
        assert cursor is None or cursor == str(httpx.QueryParams({"c": cursor})).partition("=")[2]
    assert len({favorite["id"] for favorite in found}) == 11
    assert [f["likes"] for f in found] == sorted((f["likes"] for f in found), reverse=True)
    html = server.text("/favorites", params={"limit": 3})
    assert "cursor=" in html


def test_lists_and_statistics_are_by_type(server: Running) -> None:
    with server.visitor() as me, server.visitor() as you:
        for index in range(3):
            me.post("/api/favorites", json=quote(server, index))
        you.post("/api/favorites", json=quote(server, 1))
        assert server.json("/api/favorites/stats") == {
            "stats": [
                {"type": "quote", "count": 3, "likes": 4},
                {"type": "horoscope", "count": 0, "likes": 0},
            ]
        }
        me.post("/api/favorites", json=READING)
    of_type = server.json("/api/favorites", params={"type": "horoscope"})["favorites"]
    assert [favorite["type"] for favorite in of_type] == ["horoscope"]


def test_my_list_has_my_favorites_the_latest_first_in_pages(server: Running) -> None:
    with server.visitor() as me, server.visitor() as you:
        you.post("/api/favorites", json=quote(server, 9))
        mine = [me.post("/api/favorites", json=quote(server, n)).json()["id"] for n in range(7)]
        found: list[int] = []
        cursor: str | None = ""
        while cursor is not None:
            body = me.get(f"/api/favorites/mine?limit=2&cursor={cursor}").json()
            found += [favorite["id"] for favorite in body["favorites"]]
            cursor = body["next"]
        assert found == mine[::-1]
        assert me.get("/api/favorites/mine", params={"type": "horoscope"}).json()["favorites"] == []
        assert len(you.get("/api/favorites/mine").json()["favorites"]) == 1
        page = me.get("/favorites", params={"mine": "true"})
        assert "no-store" in page.headers["cache-control"]
    with server.visitor() as stranger:
        assert stranger.get("/api/favorites/mine").json() == {"favorites": [], "next": None}
        assert "set-cookie" not in stranger.get("/api/favorites/mine").headers


def test_forms_like_and_withdraw_without_javascript(server: Running) -> None:
    with server.visitor() as me:
        liked = me.post("/favorites", data={"like": "horoscope:2026-11-24.aries"})
        assert (liked.status_code, liked.headers["location"]) == (303, "/favorites?mine=true")
        mine = me.get(liked.headers["location"]).text
        assert "おひつじ座" in mine
        (favorite,) = me.get("/api/favorites/mine").json()["favorites"]
        path = f"/favorites/{favorite['id']}/withdraw"
        assert path in mine
        form = {"content-type": "application/x-www-form-urlencoded"}
        assert me.post(path, headers=form).status_code == 303
        assert me.post(path, headers=form).status_code == 303
        assert me.get("/api/favorites/mine").json()["favorites"] == []


def reading(day: date) -> dict[str, str]:
    return {"type": "horoscope", "item": f"{day}.leo"}


@pytest.mark.parametrize(("days", "status"), [(-31, 422), (-30, 201), (1, 201), (2, 422)])
def test_a_horoscope_can_be_liked_from_30_days_back_to_one_ahead(
    server: Running, days: int, status: int
) -> None:
    day = server.portal.today() + timedelta(days)
    with server.visitor() as me:
        answer = me.post("/api/favorites", json=reading(day))
        assert answer.status_code == status
        forms = [
            me.post(f"{path}/favorites", data={"like": f"horoscope:{day}.leo"})
            for path in PREFIXES.values()
        ]
        if status == 201:
            assert [form.status_code for form in forms] == [303, 303]
        else:
            assert answer.json()["field"] == "item"
            assert "30日前から明日まで" in answer.json()["detail"]
            assert [form.status_code for form in forms] == [422, 422]
            assert "30日前から明日まで" in forms[0].text
            assert "from 30 days ago to tomorrow" in forms[1].text
    shown = server.text(f"/horoscope?date={day}")
    assert shown.count('name="like"') == (12 if status == 201 else 0)
    assert ('name="like"' in server.text(f"/horoscope/leo?date={day}")) is (status == 201)


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


def test_crawled_days_do_not_evict_the_items_of_likable_days(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    items._items_of.cache_clear()
    composed: list[date] = []
    usual = horoscope.readings

    def readings(day: date) -> tuple[horoscope.Reading, ...]:
        composed.append(day)
        return usual(day)

    monkeypatch.setattr(horoscope, "readings", readings)
    today = server.portal.today()
    days = [today + timedelta(days) for days in range(-30, 2)]
    for day in (*days, *days):
        server.client.post("/api/favorites", json=reading(day)).raise_for_status()
        server.client.get(f"/horoscope?date={day - timedelta(1000)}")
    assert Counter(day for day in composed if day in days) == dict.fromkeys(days, 1)


def test_the_cookie_is_http_only(server: Running) -> None:
    with server.visitor() as me:
        cookie = me.post("/api/favorites", json=READING).headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Secure" not in cookie
        again = me.post("/api/favorites", json=READING)
        assert again.status_code == 200
        assert again.headers["set-cookie"] == cookie, "which lasts from the last write on"


def test_cookie_keys_rotate_without_losing_visitors(database: str) -> None:
    old, new = b"an old key of the tests, and long", b"a new key of the tests, and longer"

    def mine(server: Running, cookie: str) -> int:
        headers = {"cookie": f"visitor={cookie}"}
        return len(server.json("/api/favorites/mine", headers=headers)["favorites"])

    with serving(database, settings=replace(SETTINGS, cookie_keys=(old,))) as server:
        server.ready()
        cookie = server.client.post("/api/favorites", json=READING).cookies["visitor"]
    with serving(database, settings=replace(SETTINGS, cookie_keys=(new, old))) as server:
        server.ready()
        assert mine(server, cookie) == 1
        headers = {"cookie": f"visitor={cookie}"}
        again = server.client.post("/api/favorites", json=READING, headers=headers)
        assert again.status_code == 200
        renewed = again.cookies["visitor"]
        assert renewed != cookie
    with serving(database, settings=replace(SETTINGS, cookie_keys=(new,))) as server:
        server.ready()
        assert mine(server, renewed) == 1
        assert mine(server, cookie) == 0


def test_too_many_writes_are_429_whatever_address_the_client_names(database: str) -> None:
    with serving(database, settings=replace(SETTINGS, writes_per_minute=1)) as server:
        server.ready()
        named = ({"x-forwarded-for": f"203.0.113.{n}"} for n in range(102))
        with server.visitor() as me:
            answers = [me.post("/api/favorites", json=READING, headers=one) for one in named]
    assert [answer.status_code for answer in answers] == [201, *[200] * 99, 429, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60


BEHIND_A_PROXY = replace(
    SETTINGS,
    writes_per_minute=1,
    trusted_proxies=(ip_network("127.0.0.0/8"),),
    public_url="https://kirosample.example",
)


def test_a_trusted_proxy_sets_the_client_and_the_scheme(database: str) -> None:
    with serving(database, settings=BEHIND_A_PROXY) as server:
        server.ready()
        codes = []
        for n in range(103):
            headers = {
                "x-forwarded-for": f"203.0.113.{n}, 198.51.100.7",
                "x-forwarded-proto": "https",
                "origin": "https://kirosample.example",
            }
            answer = server.client.post("/api/favorites", json=READING, headers=headers)
            codes.append(answer.status_code)
        # What stands before the proxy's own word is not believed: all were one client.
        assert codes[-3:] == [429, 429, 429]
        assert answer.headers["strict-transport-security"]
        headers["x-forwarded-for"] = "203.0.113.200"
        with server.visitor() as me:
            answer = me.post("/api/favorites", json=READING, headers=headers)
            assert answer.status_code == 201
            assert answer.headers["set-cookie"].startswith("__Host-visitor=")
            attributes = set(answer.headers["set-cookie"].split("; "))
            assert {"Secure", "Path=/", "HttpOnly", "SameSite=Lax"} < attributes
            assert "domain" not in answer.headers["set-cookie"].lower()
        headers["origin"] = server.url
        answer = server.client.post("/api/favorites", json=READING, headers=headers)
        assert answer.status_code == 403


@pytest.mark.parametrize(
    "written",
    [
        "{forged}, 198.51.100.7",  # by CloudFront, or by the load balancer alone
        "{forged}, 198.51.100.7, 127.0.0.2",  # and by a load balancer behind CloudFront
    ],
)
def test_a_client_writes_only_what_stands_before_its_own_address(
    database: str, written: str
) -> None:
    with serving(database, settings=BEHIND_A_PROXY) as server:
        server.ready()
        answers = []
        for n in range(101):
            forged = (f"203.0.113.{n}", f"127.0.0.{n}", f"203.0.113.{n}, 127.0.0.1", f"x{n}")[n % 4]
            headers = {
                "x-forwarded-for": written.format(forged=forged),
                "x-forwarded-proto": "http",  # the balancer's own connection
            }
            answers.append(server.client.post("/api/favorites", json=READING, headers=headers))
        codes = [answer.status_code for answer in answers]
        assert codes.index(429) == 100, "another client than the one that CloudFront saw"
        assert "Secure" in answers[0].headers["set-cookie"]


def test_without_a_database_favorites_are_503(pages: Running) -> None:
    assert pages.client.get("/readyz").status_code == 200
    exports = ("/favorites/export.json", "/favorites/export.csv")
    lists = ("/favorites", "/api/favorites", "/api/favorites/mine", "/api/favorites/stats")
    for path in (*lists, *exports):
        response = pages.client.get(path)
        assert response.status_code == 503
        assert "提供していません" in response.text
    assert pages.client.post("/api/favorites", json=READING).status_code == 503
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
