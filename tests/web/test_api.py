"""The JSON API says what the contract says."""

import re
from datetime import date, datetime, timedelta

import pytest
from tests.servers import Running, serving

from kirosample import almanac, horoscope

TODAY = "2026-11-24"
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00")


def test_a_date_has_the_contracts_fields(pages: Running) -> None:
    day = pages.json("/api/date")
    assert list(day) == [
        "date",
        "weekday",
        "era",
        "rokuyo",
        "lunar",
        "solar_term",
        "next_solar_term",
        "zassetsu",
        "holiday",
        "eto",
        "moon",
        "sun",
        "day_of_year",
        "iso_week",
    ]
    assert day["date"] == TODAY
    assert day["era"] == {"name": "令和", "year": 8}
    assert set(day["lunar"]) == {"year", "month", "leap", "day"}
    assert set(day["eto"]) == {"year", "day"}
    assert set(day["moon"]) == {"age", "phase", "next_new", "next_full"}
    assert isinstance(day["moon"]["age"], float)
    assert day["holiday"] is None
    assert (day["day_of_year"], day["iso_week"]) == (328, 48)
    for stamp in (
        day["solar_term"]["at"],
        day["next_solar_term"]["at"],
        day["moon"]["next_new"],
        day["moon"]["next_full"],
        day["sun"]["rise"],
        day["sun"]["set"],
    ):
        assert STAMP.fullmatch(stamp)


def test_a_holiday_has_its_customary_name(pages: Running) -> None:
    get = pages.client.get
    assert get("/api/date", params={"date": "2026-11-23"}).json()["holiday"] == "勤労感謝の日"
    assert get("/api/date", params={"date": "2026-05-06"}).json()["holiday"] == "振替休日"
    assert get("/api/date", params={"date": "2026-09-22"}).json()["holiday"] == "国民の休日"


@pytest.mark.parametrize("day", ["1900-01-01", "2100-12-31"])
def test_the_calendars_first_and_last_day_are_served_everywhere(pages: Running, day: str) -> None:
    for path in ("/api/date", "/api/horoscopes", "/api/horoscopes/pisces", "/api/quotes/today"):
        assert pages.client.get(path, params={"date": day}).status_code == 200
    for path in ("/date", "/horoscope", "/horoscope/pisces", "/quote"):
        assert pages.client.get(path, params={"date": day}).status_code == 200


def test_the_twelve_readings_come_by_rank(pages: Running) -> None:
    body = pages.json("/api/horoscopes")
    assert body["date"] == TODAY
    assert [reading["rank"] for reading in body["horoscopes"]] == list(range(1, 13))
    assert {reading["sign"] for reading in body["horoscopes"]} == {s.id for s in horoscope.SIGNS}


def test_one_reading_has_the_contracts_fields(pages: Running) -> None:
    reading = pages.json("/api/horoscopes/aries")
    assert list(reading) == [
        "date",
        "sign",
        "name",
        "rank",
        "overall",
        "love",
        "work",
        "money",
        "text",
        "lucky",
        "because",
    ]
    assert set(reading["lucky"]) == {"color", "item", "number"}
    assert all(1 <= reading[score] <= 5 for score in ("overall", "love", "work", "money"))
    assert reading["because"]


def test_a_quote_has_the_contracts_fields(pages: Running) -> None:
    quote = pages.json("/api/quotes/today")
    assert set(quote) == {
        "id",
        "text",
        "author",
        "source",
        "original",
        "language",
        "topics",
        "status",
        "born",
        "died",
    }
    assert pages.json(f"/api/quotes/{quote['id']}") == quote


def test_every_quote_is_reached_page_by_page(pages: Running) -> None:
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        body = pages.json("/api/quotes", params={"limit": 7, "cursor": cursor})
        assert 1 <= len(body["quotes"]) <= 7
        found += [quote["id"] for quote in body["quotes"]]
        cursor = body["next"]
    assert found == [quote.id for quote in pages.portal.catalogue.quotes]


def test_quotes_are_found_by_text_author_and_topic(pages: Running) -> None:
    some = pages.portal.catalogue.quotes[3]
    get = pages.client.get
    by_text = get("/api/quotes", params={"q": some.text[:6]}).json()["quotes"]
    by_author = get("/api/quotes", params={"author": some.author, "limit": 100}).json()["quotes"]
    by_topic = get("/api/quotes", params={"topic": some.topics[0], "limit": 100}).json()["quotes"]
    assert some.id in [quote["id"] for quote in by_text]
    assert {quote["author"] for quote in by_author} == {some.author}
    assert all(some.topics[0] in quote["topics"] for quote in by_topic)
    assert get("/api/quotes", params={"q": "存在しない語の並び"}).json() == {
        "quotes": [],
        "next": None,
    }


def test_a_random_quote_is_none_of_those_seen(pages: Running) -> None:
    every = [quote.id for quote in pages.portal.catalogue.quotes]
    for some in (every, every[::-1]):
        seen = list(some)
        while len(",".join(seen)) > 7_500:  # as many as app.js sends
            seen.pop()
        for _ in range(20):
            answer = pages.client.get(f"/api/quotes/random?not={','.join(seen)}")
            assert answer.json()["id"] not in seen
    last = every[0]
    for _ in range(50):
        quote = pages.json("/api/quotes/random", params={"not": last})["id"]
        assert quote != last
        last = quote


def test_head_answers_like_get_without_the_body(pages: Running) -> None:
    for path in ("/", "/date", "/api/date", "/livez", "/openapi.json", "/about"):
        got, head = pages.client.get(path), pages.client.head(path)
        assert head.status_code == got.status_code == 200
        assert head.content == b""
        assert head.headers["content-length"] == got.headers["content-length"]


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2026-11-24T14:59:59+00:00", "2026-11-24"),
        ("2026-11-24T15:00:00+00:00", "2026-11-25"),
        ("2026-11-24T23:30:00+00:00", "2026-11-25"),
        ("2026-11-24T23:59:59-12:00", "2026-11-25"),
        ("2026-12-31T15:00:00+00:00", "2027-01-01"),
    ],
)
def test_today_is_japans_whatever_the_clocks_zone(instant: str, expected: str) -> None:
    with serving(None, clock=lambda: datetime.fromisoformat(instant)) as pages:
        assert pages.json("/api/date")["date"] == expected
        assert pages.json("/api/horoscopes")["date"] == expected
        assert pages.json("/api/horoscopes/leo")["date"] == expected
        quote = pages.portal.catalogue.of_day(date.fromisoformat(expected))
        assert pages.json("/api/quotes/today")["id"] == quote.id
        day = date.fromisoformat(expected)
        for path in ("/", "/date", "/horoscope", "/quote"):
            assert f"{day.month}月{day.day}日" in pages.text(path)


def test_the_days_pages_are_the_same_for_everyone_until_they_change(pages: Running) -> None:
    for path in ("/", "/date", "/horoscope", "/horoscope/aries", "/quote", "/about", "/api"):
        first = pages.client.get(path, headers={"cookie": "visitor=a"})
        second = pages.client.get(path, headers={"host": "evil.example", "cookie": "visitor=b"})
        assert first.content == second.content
        assert "evil" not in second.text
        assert first.headers["cache-control"] == "no-cache"
        etag = first.headers["etag"]
        for sent in (etag, f"W/{etag}", f'"other", {etag}', "*"):
            again = pages.client.get(path, headers={"if-none-match": sent})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == etag
        assert pages.client.get(path, headers={"if-none-match": '"other"'}).status_code == 200


def test_every_answer_has_the_security_headers(pages: Running) -> None:
    for path in ("/", "/nothing", "/api/date", "/api/nothing", "/livez", "/favicon.ico"):
        headers = pages.client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
        assert "permissions-policy" in headers
        assert "strict-transport-security" not in headers


def test_a_defect_of_ours_is_a_plain_500_with_nothing_inside(
    pages: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_day: date) -> almanac.Day:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(almanac, "day", broken)
    asked = {"date": (date(2020, 1, 1) + timedelta(7)).isoformat()}
    for path in ("/api/date", "/date"):
        response = pages.client.get(path, params=asked)
        assert response.status_code == 500
        assert "secret" not in response.text
        assert "Traceback" not in response.text
        assert "default-src 'none'" in response.headers["content-security-policy"]
