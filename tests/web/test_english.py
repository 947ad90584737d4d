"""The pages in English: every one of them, by its address alone."""

import html
import re
from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest
from tests.servers import SETTINGS, Running, serving
from tests.web.wire import counting

from kirosample import horoscope, routes
from kirosample.web import favorites_pages
from kirosample.web.languages import PREFIXES

JAPANESE = re.compile("[\u3005-\u30ff\u3400-\u9fff\uff01-\uff60]+")
_SPOKEN = ("alt", "aria-label", "content", "placeholder", "title")
_VOID = {"meta", "link", "input", "wbr", "br", "img"}

PAGES = (
    "/",
    "/date",
    "/date?date=2019-05-01",
    "/date?date=2026-11-23",
    "/date?date=1900-01-01",
    "/date?date=2100-12-31",
    "/horoscope",
    "/horoscope?date=2026-11-25",
    "/horoscope/leo",
    "/horoscope/pisces?date=2026-01-02",
    "/quote",
    "/quote?date=2026-11-25",
    "/quote/takuboku-ichiaku-01",
    "/quotes",
    "/quotes?topic=%E6%97%85",
    "/quotes?cursor=takuboku-ichiaku-01",
    "/favorites",
    "/favorites?mine=true",
    "/favorites?type=quote",
    "/favorites?cursor=9.9",
    "/about",
    "/api",
    "/nothing",
    "/horoscope/dragon",
    "/date?date=yesterday",
)


class Speech(HTMLParser):
    """What a page says, and in which language each of it is."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self._open: list[tuple[str, str]] = []
        self.said: list[tuple[str, str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        language = given.get("lang") or (self._open[-1][1] if self._open else "")
        for name in _SPOKEN:
            self.said.append((language, given.get(name) or ""))
        if tag not in _VOID:
            self._open.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open:
            self.said.append((self._open[-1][1], data))

    def japanese_in(self, language: str) -> list[str]:
        return [
            found for of, said in self.said if of == language for found in JAPANESE.findall(said)
        ]


def page(server: Running, address: str) -> str:
    response = server.client.get(address)
    assert response.headers["content-type"].startswith("text/html")
    return response.text


@pytest.mark.parametrize("address", PAGES)
def test_an_english_page_says_nothing_in_japanese_but_what_it_marks(
    quiet_server: Running, address: str
) -> None:
    text = page(quiet_server, f"/en{address}")
    assert '<html lang="en">' in text
    # The source of a quote stands in its description, which cannot be marked.
    described = re.sub(r'<meta (?:name="description"|property="og:description")[^>]*>', "", text)
    assert Speech(described if "/quote" in address else text).japanese_in("en") == []
    assert Speech("<p lang=en>暦</p>").japanese_in("en") == ["暦"]


@pytest.mark.parametrize("address", PAGES)
def test_every_page_has_the_other_language_a_link_away(quiet_server: Running, address: str) -> None:
    here, there = f"/en{address}", address
    if quiet_server.client.get(here).status_code != 200:
        there = "/"  # an error has no other side
    for asked, other, language in ((here, there, "ja"), (address, f"/en{there}", "en")):
        links = re.findall(
            r'class="other-language" href="([^"]+)" hreflang="(..)"', page(quiet_server, asked)
        )
        assert [(html.unescape(href), lang) for href, lang in links] == [(other, language)]


@pytest.mark.parametrize("address", PAGES)
def test_english_pages_lead_to_english_pages(quiet_server: Running, address: str) -> None:
    text = html.unescape(page(quiet_server, f"/en{address}"))
    shared = r"/(?:en/|static/|share|feeds/|manifest|calendar\.ics|openapi\.json|favorites/export)"
    to_pages = re.sub(
        r'<link rel="(?!alternate" hreflang).*?>|<a class="other-language".*?>', "", text
    )
    inner = re.findall(r'(?:href|action)="(/[^"]*)"', to_pages)
    assert len(inner) >= 8
    assert [href for href in inner if not re.match(shared, href)] == []
    for href in {link for link in inner if link.startswith("/en/")}:
        assert quiet_server.client.get(html.unescape(href)).status_code in (200, 303)


def test_every_page_there_is_has_an_english_one() -> None:
    english = {path for _, path, _ in routes.ENGLISH_PAGES}
    assert {f"/en{path}" for _, path, _ in routes.PAGES} <= english
    assert "/en/api" in english


def test_the_language_is_the_addresss_alone(pages: Running) -> None:
    wishes = {"Accept-Language": "en-GB,en;q=0.9"}
    assert '<html lang="ja">' in pages.text("/date", headers=wishes)
    assert '<html lang="en">' in pages.text("/en/date", headers={"Accept-Language": "ja"})
    assert "accept-language" not in pages.client.get("/date").headers.get("vary", "").lower()
    assert pages.client.get("/english").status_code == 404
    assert '<html lang="ja">' in pages.text("/english", status=404)


def test_en_leads_to_where_the_english_pages_begin(pages: Running) -> None:
    answer = pages.client.get("/en")
    assert (answer.status_code, answer.headers["location"]) == (308, "/en/")


def test_search_engines_are_told_of_both_where_the_public_address_is_known() -> None:
    with serving(None, settings=replace(SETTINGS, public_url="https://example.com")) as server:
        for address in ("/date?date=2026-11-25", "/quotes?cursor=takuboku-ichiaku-01"):
            for asked in (address, f"/en{address}"):
                assert re.findall(
                    r'hreflang="([^"]+)" href="([^"]+)">', html.unescape(page(server, asked))
                ) == [
                    ("ja", f"https://example.com{address}"),
                    ("en", f"https://example.com/en{address}"),
                    ("x-default", f"https://example.com{address}"),
                ]
        assert '<link rel="alternate" hreflang' not in page(server, "/en/nothing")
    with serving(None) as server:
        assert '<link rel="alternate" hreflang' not in page(server, "/date")


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-11-23", ("Labor Thanksgiving Day", "Reiwa 8", "Monday", "Shakkō")),
        ("2019-05-01", ("Day of the Emperor’s Accession", "Reiwa 1")),
        ("1989-01-07", ("Shōwa 64",)),
        ("2026-02-04", ("Start of Spring (Risshun)", "from 4\u00a0Feb")),
        ("2025-07-25", ("leap 6th month, day\u00a01",)),
        ("2026-06-11", ("Start of the rainy season (Nyūbai)",)),
        ("2026-01-01", ("Year of the Fire Horse (Hinoe-uma)",)),
        ("2026-09-22", ("National Holiday (between two holidays)",)),
    ],
)
def test_the_calendar_has_its_english_names(
    pages: Running, day: str, words: tuple[str, ...]
) -> None:
    shown = html.unescape(page(pages, f"/en/date?date={day}"))
    assert [word for word in words if word not in shown] == []


def test_a_quote_from_english_is_shown_as_it_was_said(pages: Running) -> None:
    quote = next(one for one in pages.portal.catalogue.quotes if one.language == "en")
    text = html.unescape(page(pages, f"/en/quote/{quote.id}"))
    assert f'<blockquote class="quote-text"><p>{quote.original}</p>' in text
    assert f'<span lang="ja">{quote.text}</span>' in text
    assert quote.author not in text.replace(f'lang="ja">{quote.author}', "")


def test_any_other_quote_is_shown_in_japanese_with_its_original(pages: Running) -> None:
    quote = next(one for one in pages.portal.catalogue.quotes if one.language == "fr")
    text = html.unescape(page(pages, f"/en/quote/{quote.id}"))
    assert re.search(r'<blockquote class="quote-text upright[^"]*" lang="ja">', text)
    assert f'<span lang="fr">{quote.original}</span>' in text


def test_authors_are_found_by_their_english_names(pages: Running) -> None:
    def found(asked: str, **query: str) -> int:
        shown = pages.text(asked, params=query)
        return int(re.findall(r'class="found">[^<]*?(\d+) ?(?:quotes?|件)', shown)[0])

    by_basho = sum(one.author == "松尾芭蕉" for one in pages.portal.catalogue.quotes)
    assert by_basho > 0
    assert found("/en/quotes", q="basho") == by_basho
    assert found("/en/quotes", q="Bashō", topic="旅") <= by_basho
    assert "No" not in page(pages, "/en/quotes?q=basho").partition("<main")[0]
    assert "Nothing found" in page(pages, "/en/quotes?q=zzzz")


def test_another_quote_is_an_english_page_too(pages: Running) -> None:
    assert pages.client.get("/en/quote/random").headers["location"].startswith("/en/quote/")


def test_a_kind_has_one_name_on_the_page_of_favorites(server: Running) -> None:
    server.client.post("/api/favorites", json={"type": "horoscope", "item": "2026-11-24.leo"})
    shown = page(server, "/en/favorites")
    assert "<small>Horoscope</small>" in shown
    assert 'type=horoscope">Horoscope</a>' in html.unescape(shown)


def test_readings_are_said_to_be_japanese(pages: Running) -> None:
    for address in ("/en/horoscope", "/en/horoscope/leo"):
        assert "The readings themselves are in Japanese." in page(pages, address)
    assert "<b>1</b>st" in page(pages, "/en/horoscope")
    shown = page(pages, "/en/horoscope")
    assert all(f">{sign.id.capitalize()}<" in shown for sign in horoscope.SIGNS)


def test_problems_are_told_in_english(quiet_server: Running) -> None:
    for address, status, words in (
        ("/en/nothing", 404, "There is nothing at this address."),
        ("/en/horoscope/dragon", 404, "There is no such sign. Please choose one of the twelve."),
        ("/en/quote/none", 404, "There is no such quote."),
        (
            "/en/date?date=1899-12-31",
            400,
            "Please choose a real date from 1900-01-01 to 2100-12-31.",
        ),
        ("/en/quotes?limit=x", 400, "You can see 1 to 100 at a time."),
        ("/en/favorites?type=x", 422, "The kinds to choose from are quotes and horoscopes."),
    ):
        response = quiet_server.client.get(address)
        assert response.status_code == status
        assert words in html.unescape(re.sub("<.*?>", "", response.text))
    response = quiet_server.client.put("/en/date")
    assert (response.status_code, "cannot be done" in response.text) == (405, True)


def test_what_a_client_sends_is_no_message_to_fill_in(quiet_server: Running) -> None:
    for field in ("{0}", "{field.__class__}", "{x"):
        sent = {"like": "quote:none", field: "1"}
        for form in ("/favorites", "/en/favorites"):
            assert quiet_server.client.post(form, data=sent).status_code == 422
    sent = {"type": "quote", "item": "{item}"}
    refused = quiet_server.client.post("/api/favorites", json=sent)
    assert (refused.status_code, refused.json()["detail"]) == (
        422,
        "item の {item} は見つかりません。",
    )


def test_english_pages_are_answered_at_once_as_well(quiet_server: Running) -> None:
    addresses = ("/en/", "/en/date", "/en/date?date=2026-11-25", "/en/horoscope/leo")
    for address in addresses:
        first = quiet_server.client.get(address)
        with counting(quiet_server) as counted:
            again = quiet_server.client.get(address)
        assert [answer[:2] for answer in counted] == [(address.encode(), 200)]
        assert again.content == first.content
        assert again.headers["etag"] == first.headers["etag"]
    plain = quiet_server.client.get("/date")
    assert plain.headers["etag"] != quiet_server.client.get("/en/date").headers["etag"]


def test_the_list_is_answered_from_one_reading_in_each_language(server: Running) -> None:
    server.client.post("/api/favorites", json={"type": "horoscope", "item": "2026-11-24.leo"})
    assert set(server.readings) == {b"/favorites", b"/en/favorites"}
    with counting(server) as counted:
        english, japanese = page(server, "/en/favorites"), page(server, "/favorites")
    assert [answer[0] for answer in counted] == [b"/en/favorites", b"/favorites"]
    assert "<b>Leo, 24 November 2026</b>" in english
    assert "<b>獅子座・2026年11月24日</b>" in japanese
    assert Speech(english).japanese_in("en") == []


def test_a_list_asked_for_in_one_language_is_not_shared_with_another(pages: Running) -> None:
    asked: list[object] = []
    shared = SimpleNamespace(round=lambda key, _read: asked.append(key))
    store: Any = SimpleNamespace(shared=shared)
    for language in PREFIXES:
        favorites_pages.reading(pages.portal, store, language)
    assert len(set(asked)) == len(asked) == 2


def test_a_plain_form_leads_back_to_an_english_page(server: Running) -> None:
    quote = next(one for one in server.portal.catalogue.quotes if one.language == "en")
    with server.visitor() as visitor:
        liked = visitor.post("/en/favorites", data={"like": f"quote:{quote.id}"})
        assert (liked.status_code, liked.headers["location"]) == (303, "/en/favorites?mine=true")
        mine = visitor.get(liked.headers["location"]).text
        assert html.escape(quote.original or "", quote=False) in html.escape(
            html.unescape(mine), quote=False
        )
        assert Speech(mine).japanese_in("en") == []
        action = re.findall(r'action="(/en/favorites/[0-9]+/withdraw)"', mine)[0]
        gone = visitor.post(action, headers={"Content-Type": "application/x-www-form-urlencoded"})
        assert gone.headers["location"] == "/en/favorites?mine=true"
        assert "Nothing here yet." in visitor.get(gone.headers["location"]).text
