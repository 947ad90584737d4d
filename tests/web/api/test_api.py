"""The JSON API: fields, values, status codes."""

import json
import re
from typing import Any

from kirosample import almanac, horoscope
from tests.web.common import JAPANESE
from tools.servers import NOON, Running

TODAY = "2026-11-24"
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00")


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
    day, english = (pages.json(f"/api/date?date=2022-03-14&lang={lang}") for lang in ("ja", "en"))
    assert (day["month_name"], day["senjitsu"]) == ("弥生", ["一粒万倍日", "寅の日"])
    assert (day["observances"], english["observances"]) == (["ホワイトデー"], ["White Day"])
    assert list(day["kou"]) == ["number", "name", "reading", "meaning"]
    assert (day["kou"]["number"], day["kou"]["reading"]) == (8, "ももはじめてさく")
    assert (english["kou"]["number"], english["kou"]["reading"]) == (8, "Momo hajimete saku")
    assert english["month_name"] == "Yayoi"
    assert pages.json("/api/date?date=2022-03-14") == day


def test_days_and_readings_have_no_japanese_words_in_english(pages: Running) -> None:
    days = [f"/api/date?lang=en&date=2026-09-{number:02}" for number in range(1, 31)]
    for path in (*days, "/api/date?lang=en&date=2026-11-03", "/api/horoscopes?lang=en"):
        assert not JAPANESE.search(json.dumps(pages.json(path), ensure_ascii=False)), path


def test_a_day_rises_and_sets_in_the_place_asked_for(pages: Running) -> None:
    naha = pages.json("/api/date?place=naha&lang=en")
    assert naha["place"] == {"id": "naha", "name": "Naha"}
    assert naha["sun"] != pages.json("/api/date")["sun"]
    assert pages.json("/api/date?place=tokyo") == pages.json("/api/date")
    unknown = pages.json("/api/date?place=atlantis", status=422)
    assert all(place in unknown["detail"] for place in almanac.load_places())


def test_the_twelve_readings_come_by_an_area_s_rank(pages: Running) -> None:
    by_rank = {each["sign"]: each for each in pages.json("/api/horoscopes")["horoscopes"]}
    for by in ("overall", *horoscope.AREAS):
        sorted_by = pages.json(f"/api/horoscopes?by={by}")["horoscopes"]
        assert sorted_by == [by_rank[sign] for sign in horoscope.ranks_by(NOON.date(), by)]
    assert pages.json("/api/horoscopes?by=luck", status=422)["field"] == "by"


def test_the_twelve_readings_come_by_rank_with_their_fields_in_order(pages: Running) -> None:
    body = pages.json("/api/horoscopes")
    assert body["date"] == TODAY
    readings = body["horoscopes"]
    assert [reading["rank"] for reading in readings] == list(range(1, 13))
    assert {reading["sign"] for reading in readings} == {s.id for s in horoscope.SIGNS}
    leo = pages.json("/api/horoscopes/leo")
    assert leo in readings
    ours = "date sign name rank change overall love work money headline text lucky because"
    assert " ".join(leo) == ours
    assert list(leo["lucky"]) == ["color", "color_hex", "item", "number"]
    expected = horoscope.reading(NOON.date(), "leo")
    for score in ("overall", "love", "work", "money"):
        assert leo[score] == getattr(expected, score)
    assert leo["because"]


def test_a_quote_has_its_fields(pages: Running) -> None:
    quote = pages.json("/api/quotes/today")
    ours = ["id", "text", "author", "source", "original", "language", "topics", "status"]
    assert list(quote) == [*ours, "born", "died", "born_circa", "died_circa", "reading", "season"]
    assert pages.json(f"/api/quotes/{quote['id']}") == quote
    half = next(
        quote
        for quote in pages.portal.catalogue.quotes
        if quote.author.born_circa != quote.author.died_circa
    )
    uncertain = pages.json(f"/api/quotes/{half.id}")
    for name in ("born", "died", "born_circa", "died_circa"):
        assert uncertain[name] == getattr(half.author, name)


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
    matching = pages.json("/api/quotes", params={"q": "nukata moon", "lang": "en"})["quotes"]
    assert [quote["text"] for quote in matching] == [words[poem][0].en]
    assert pages.json("/api/quotes/random?lang=en")["text"] in {
        text.en for text, _ in words.values()
    }
    reading = pages.json(f"/api/quotes/{poem}")["reading"]
    assert reading.startswith("<ruby>熟田津<rt>にぎたづ</rt></ruby>に")
    assert pages.json(f"/api/quotes/{walden}")["reading"] is None


def test_every_quote_is_reachable_through_the_pages_of_the_api(pages: Running) -> None:
    ids: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        body = pages.json("/api/quotes", params={"limit": 50, "cursor": cursor})
        assert 1 <= len(body["quotes"]) <= 50
        ids += [quote["id"] for quote in body["quotes"]]
        cursor = body["next"]
    assert ids == [quote.id for quote in pages.portal.catalogue.quotes]


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
    seen = [quote.id for quote in pages.portal.catalogue.quotes]
    while len(",".join(seen)) > 7_500:  # as many as app.js sends
        seen.pop()
    for _ in range(20):
        assert pages.json(f"/api/quotes/random?not={','.join(seen)}")["id"] not in seen
