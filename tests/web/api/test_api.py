"""The JSON API: fields, values, status codes."""

import json
import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from kirosample import almanac, horoscope
from tools.servers import Running, serving

TODAY = "2026-11-24"
JAPANESE = re.compile("[\u3005-\u30ff\u3400-\u9fff\uff01-\uff60]")
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00")


def shape(value: Any) -> Any:
    """The types of a JSON value, without its texts and numbers."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    return [shape(one) for one in value] if isinstance(value, list) else type(value)


def test_a_date_has_its_fields_in_order(pages: Running) -> None:
    day = pages.json("/api/date")
    assert " ".join(day) == (
        "date weekday era rokuyo lunar solar_term next_solar_term zassetsu holiday eto moon"
        " sun day_of_year iso_week month_name kou senjitsu observances place"
    )
    assert day["date"] == TODAY
    assert day["era"] == {"name": "令和", "year": 8}
    assert set(day["lunar"]) == {"year", "month", "leap", "day"}
    assert set(day["eto"]) == {"year", "day"}
    assert set(day["moon"]) == {"age", "phase", "name", "rise", "set", "next_new", "next_full"}
    assert isinstance(day["moon"]["age"], float)
    assert day["holiday"] is None
    assert (day["day_of_year"], day["iso_week"]) == (328, 48)
    moments = [day["solar_term"]["at"], day["next_solar_term"]["at"], *day["sun"].values()]
    for stamp in (*moments, day["moon"]["next_new"], day["moon"]["next_full"]):
        assert STAMP.fullmatch(stamp)


def test_a_date_has_its_calendar_customs_in_both_languages(pages: Running) -> None:
    day = pages.json("/api/date?date=2022-03-14")
    assert (day["month_name"], day["senjitsu"]) == ("弥生", ["一粒万倍日", "寅の日"])
    assert day["observances"] == ["ホワイトデー"]
    assert list(day["kou"]) == ["number", "name", "reading", "meaning"]
    assert (day["kou"]["number"], day["kou"]["reading"]) == (8, "ももはじめてさく")
    english = pages.json("/api/date?date=2022-03-14&lang=en")
    assert (english["month_name"], english["observances"]) == ("Yayoi", ["White Day"])
    assert (english["kou"]["number"], english["kou"]["reading"]) == (8, "Momo hajimete saku")


@pytest.mark.parametrize(
    "path", ["/api/date?date=2026-11-03", "/api/horoscopes/leo?date=2026-11-24"]
)
def test_a_day_and_a_reading_are_told_in_english_in_the_same_fields(
    pages: Running, path: str
) -> None:
    japanese, english = (pages.json(f"{path}&lang={lang}") for lang in ("ja", "en"))
    assert shape(english) == shape(japanese)
    assert not JAPANESE.search(json.dumps(english, ensure_ascii=False))
    assert pages.json(path) == japanese


def test_no_day_of_a_month_has_japanese_words_in_english(pages: Running) -> None:
    names = set()
    for number in range(1, 31):
        english = pages.json(f"/api/date?date=2026-09-{number:02}&lang=en")
        assert not JAPANESE.search(json.dumps(english, ensure_ascii=False))
        names.add(english["moon"]["name"])
    assert len(names) > 3


def test_a_day_rises_and_sets_in_the_place_asked_for(pages: Running) -> None:
    naha = pages.json("/api/date?place=naha&lang=en")
    assert naha["place"] == {"id": "naha", "name": "Naha"}
    assert naha["sun"] != pages.json("/api/date")["sun"]
    assert pages.json("/api/date?place=tokyo") == pages.json("/api/date")
    assert 'value="naha" selected' in pages.text("/date?place=naha")


def test_an_unknown_place_is_refused_with_the_known_ones(pages: Running) -> None:
    answer = pages.client.get("/api/date?place=atlantis")
    assert answer.status_code == 422
    assert all(place in answer.json()["detail"] for place in almanac.PLACES)
    assert pages.client.get("/date?place=atlantis").status_code == 422


def test_an_unknown_language_is_refused_with_the_known_ones(pages: Running) -> None:
    quotes = (
        "/api/quotes",
        "/api/quotes/today",
        "/api/quotes/random",
        "/api/quotes/nukata-manyo-01",
    )
    for path in ("/api/date", "/api/horoscopes", "/api/horoscopes/leo", *quotes):
        answer = pages.client.get(path, params={"lang": "fr"})
        assert answer.status_code == 422
        assert {"ja", "en"} <= set(answer.json()["detail"].split())


def test_the_twelve_readings_come_by_rank(pages: Running) -> None:
    body = pages.json("/api/horoscopes")
    assert body["date"] == TODAY
    assert [reading["rank"] for reading in body["horoscopes"]] == list(range(1, 13))
    assert {reading["sign"] for reading in body["horoscopes"]} == {s.id for s in horoscope.SIGNS}


def test_a_reading_has_its_fields_in_order(pages: Running) -> None:
    reading = pages.json("/api/horoscopes/aries")
    ours = "date sign name rank change overall love work money headline text lucky because"
    assert " ".join(reading) == ours
    assert list(reading["lucky"]) == ["color", "color_hex", "item", "number"]
    assert all(1 <= reading[score] <= 5 for score in ("overall", "love", "work", "money"))
    assert reading["because"]


def test_a_quote_has_its_fields(pages: Running) -> None:
    quote = pages.json("/api/quotes/today")
    ours = ["id", "text", "author", "source", "original", "language", "topics", "status"]
    assert list(quote) == [*ours, "born", "died", "born_circa", "died_circa", "reading", "season"]
    assert pages.json(f"/api/quotes/{quote['id']}") == quote


def test_an_uncertain_year_of_an_author_is_marked(pages: Running) -> None:
    half = next(
        quote
        for quote in pages.portal.catalogue.quotes
        if quote.author.born_circa != quote.author.died_circa
    )
    told = pages.json(f"/api/quotes/{half.id}")
    assert told["born_circa"] == half.author.born_circa
    assert told["died_circa"] == half.author.died_circa


def test_a_quote_is_described_in_english(pages: Running) -> None:
    def told(quote_id: str, lang: str) -> list[Any]:
        quote = pages.json(f"/api/quotes/{quote_id}", params={"lang": lang})
        return [quote[name] for name in ("author", "topics", "original", "language")]

    words = {q.id: (q.text, q.original) for q in pages.portal.catalogue.quotes}
    poem, walden, analects = "nukata-manyo-01", "thoreau-walden-04", "koshi-rongo-05"
    assert told(poem, "ja") == ["額田王", ["旅", "勇気"], None, None]
    assert told(poem, "en") == ["Princess Nukata", ["travel", "courage"], words[poem][0].ja, "ja"]
    assert told(walden, "ja")[2:] == [words[walden][1], "en"]
    assert told(walden, "en")[2:] == [None, None]
    assert told(analects, "ja")[2:] == told(analects, "en")[2:] == [words[analects][1], "zh"]
    found = pages.json("/api/quotes", params={"q": "nukata moon", "lang": "en"})["quotes"]
    assert [quote["text"] for quote in found] == [words[poem][0].en]
    assert pages.json("/api/quotes/random", params={"lang": "en"})["text"] in {
        text.en for text, _ in words.values()
    }
    reading = pages.json(f"/api/quotes/{poem}")["reading"]
    assert reading.startswith("<ruby>熟田津<rt>にぎたづ</rt></ruby>に")
    assert pages.json(f"/api/quotes/{walden}")["reading"] is None


def test_every_quote_is_reachable_through_the_pages_of_the_api(pages: Running) -> None:
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

    def found(**query: str | int) -> list[Any]:
        quotes: list[Any] = pages.json("/api/quotes", params={"limit": 100, **query})["quotes"]
        return quotes

    assert some.id in [quote["id"] for quote in found(q=some.text.ja[:6])]
    assert {quote["author"] for quote in found(author=some.author.name.ja)} == {some.author.name.ja}
    assert all(some.topics[0] in quote["topics"] for quote in found(topic=some.topics[0]))
    assert pages.json("/api/quotes?q=存在しない語の並び") == {"quotes": [], "next": None}


def test_a_random_quote_is_none_of_those_seen(pages: Running) -> None:
    every = [quote.id for quote in pages.portal.catalogue.quotes]
    for some in (every, every[::-1]):
        seen = list(some)
        while len(",".join(seen)) > 7_500:  # as many as app.js sends
            seen.pop()
        for _ in range(20):
            answer = pages.client.get(f"/api/quotes/random?not={','.join(seen)}")
            assert answer.json()["id"] not in seen


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
def test_today_is_the_date_in_japan_whatever_the_clocks_zone(instant: str, expected: str) -> None:
    with serving(None, clock=lambda: datetime.fromisoformat(instant)) as pages:
        assert pages.json("/api/date")["date"] == expected
        assert pages.json("/api/horoscopes")["date"] == expected
        assert pages.json("/api/horoscopes/leo")["date"] == expected
        quote = pages.portal.catalogue.of_day(date.fromisoformat(expected))
        assert pages.json("/api/quotes/today")["id"] == quote.id
        day = date.fromisoformat(expected)
        for path in ("/", "/date", "/horoscope", "/quote"):
            assert f"{day.month}月{day.day}日" in pages.text(path)


def test_a_days_page_is_the_same_for_everyone_and_revalidates(pages: Running) -> None:
    for path in ("/", "/date", "/horoscope", "/horoscope/aries", "/quote", "/about", "/api"):
        first = pages.client.get(path, headers={"cookie": "visitor=a"})
        second = pages.client.get(path, headers={"host": "evil.example", "cookie": "visitor=b"})
        assert first.content == second.content
        assert "evil" not in second.text
        assert first.headers["cache-control"].startswith("max-age=0, must-revalidate")
        etag = first.headers["etag"]
        for sent in (etag, f"W/{etag}", f'"other", {etag}', "*"):
            again = pages.client.get(path, headers={"if-none-match": sent})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == etag
        assert pages.client.get(path, headers={"if-none-match": '"other"'}).status_code == 200


def test_every_response_has_the_security_headers(pages: Running) -> None:
    for path in ("/", "/nothing", "/api/date", "/api/nothing", "/livez", "/favicon.ico"):
        headers = pages.client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "manifest-src 'self'; worker-src 'self'" in headers["content-security-policy"]
        assert not re.search(r"unsafe|https?:|\*|data:|blob:", headers["content-security-policy"])
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
        assert "permissions-policy" in headers
        assert "strict-transport-security" not in headers


def test_an_internal_error_is_a_500_without_details(
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
