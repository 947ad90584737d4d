"""The English pages."""

import html
import re
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest

from kirosample import almanac
from kirosample.quotes import lines
from kirosample.web.i18n.languages import PREFIXES
from kirosample.web.pages import favorites as favorites_page
from tests.http.wire import counting
from tools.messages import vocabulary
from tools.servers import SETTINGS, Running, serving

JAPANESE = re.compile("[\u3005-\u30ff\u3400-\u9fff\uff01-\uff60]+")
_SPOKEN = ("alt", "aria-label", "content", "placeholder", "title")
DAYS = [date(2026, 1, 1) + timedelta(days) for days in range(0, 365, 3)]
_VOID = {"meta", "link", "input", "wbr", "br", "img"}

PAGES = (
    "/", "/date", "/date?date=2019-05-01", "/date?date=2026-11-23", "/date?date=1900-01-01",
    "/date?date=2100-12-31", "/horoscope", "/horoscope?date=2026-11-25", "/horoscope/leo",
    "/horoscope/pisces?date=2026-01-02", "/quote", "/quote?date=2026-11-25",
    "/quote/takuboku-ichiaku-01", "/quotes", "/quotes?topic=%E6%97%85",
    "/quotes?cursor=takuboku-ichiaku-01", "/favorites", "/favorites?mine=true",
    "/favorites?type=quote", "/favorites?cursor=9.9", "/about", "/api", "/nothing",
    "/horoscope/dragon", "/date?date=yesterday", "/date?date=1899-12-31", "/quote/none",
    "/quotes?limit=x", "/favorites?type=x",
)  # fmt: skip


class Speech(HTMLParser):
    """The texts of a page, each with its language."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self._open: list[tuple[str, str, bool]] = []
        self.said: list[tuple[str, str]] = []
        self.marked: set[str] = set()
        """Japanese texts that are marked, but for the original of a quote."""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        language = given.get("lang") or (self._open[-1][1] if self._open else "")
        for name in _SPOKEN:
            self.said.append((language, given.get(name) or ""))
        in_original = given.get("class") == "original" or bool(self._open and self._open[-1][2])
        if tag not in _VOID:
            self._open.append((tag, language, in_original))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open:
            _, language, in_original = self._open[-1]
            self.said.append((language, data))
            if language == "ja" and not in_original:
                self.marked.add(data.strip())

    def japanese_in(self, language: str) -> list[str]:
        return [
            found for of, said in self.said if of == language for found in JAPANESE.findall(said)
        ]


def page(server: Running, address: str) -> str:
    response = server.client.get(address)
    assert response.headers["content-type"].startswith("text/html")
    return response.text


@pytest.mark.parametrize("address", PAGES)
def test_an_english_page_has_no_unmarked_japanese(quiet_server: Running, address: str) -> None:
    text = page(quiet_server, f"/en{address}")
    assert '<html lang="en">' in text
    # The source of a quote stands in its description, which cannot be marked.
    described = re.sub(r'<meta (?:name="description"|property="og:description")[^>]*>', "", text)
    assert Speech(described if "/quote" in address else text).japanese_in("en") == []
    assert Speech("<p lang=en>暦</p>").japanese_in("en") == ["暦"]


def test_only_names_and_originals_are_japanese_on_an_english_page(quiet_server: Running) -> None:
    names = {"日本語", *["令和", "平成", "昭和", "大正", "明治"]}
    names.update(*vocabulary().values(), almanac.OBSERVANCES, almanac.SENJITSU)
    names.update(word.name.ja for word in (*almanac.MONTHS, *map(almanac.kou, DAYS)))
    addresses = (*PAGES, *(f"/date?date={day}" for day in DAYS[::12]))
    others = {
        address: Speech(page(quiet_server, f"/en{address}")).marked - names for address in addresses
    }
    assert {address: texts for address, texts in others.items() if texts} == {}
    told = Speech("<p lang=ja>いい日です。</p><p class=original><b lang=ja>暦</b></p>")
    assert told.marked == {"いい日です。"}


@pytest.mark.parametrize("address", PAGES)
def test_every_page_links_to_the_other_language(quiet_server: Running, address: str) -> None:
    here, there = f"/en{address}", address
    if quiet_server.client.get(here).status_code != 200:
        there = "/"  # an error has no other side
    for asked, other, language in ((here, there, "ja"), (address, f"/en{there}", "en")):
        links = re.findall(
            r'class="other-language" href="([^"]+)" hreflang="(..)"', page(quiet_server, asked)
        )
        assert [(html.unescape(href), lang) for href, lang in links] == [(other, language)]


@pytest.mark.parametrize("address", PAGES)
def test_english_pages_link_to_english_pages(quiet_server: Running, address: str) -> None:
    text = html.unescape(page(quiet_server, f"/en{address}"))
    shared = r"/(?:en/|static/|share|feeds/|manifest|openapi\.json)"
    to_pages = re.sub(
        r'<link rel="(?!alternate" hreflang).*?>|<a class="other-language".*?>', "", text
    )
    inner = re.findall(r'(?:href|action)="(/[^"]*)"', to_pages)
    assert len(inner) >= 8
    assert [href for href in inner if not re.match(shared, href)] == []
    for href in {link for link in inner if link.startswith("/en/")}:
        assert quiet_server.client.get(html.unescape(href)).status_code in (200, 303)


def test_the_path_alone_decides_the_language(pages: Running) -> None:
    wishes = {"Accept-Language": "en-GB,en;q=0.9"}
    assert '<html lang="ja">' in pages.text("/date", headers=wishes)
    assert '<html lang="en">' in pages.text("/en/date", headers={"Accept-Language": "ja"})
    assert "accept-language" not in pages.client.get("/date").headers.get("vary", "").lower()
    assert pages.client.get("/english").status_code == 404
    assert '<html lang="ja">' in pages.text("/english", status=404)


def test_english_redirects_stay_english(pages: Running) -> None:
    answer = pages.client.get("/en")
    assert (answer.status_code, answer.headers["location"]) == (308, "/en/")
    assert pages.client.get("/en/quote/random").headers["location"].startswith("/en/quote/")


def test_pages_link_to_their_languages_only_with_a_public_url() -> None:
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
        ("2026-02-04", ("Start of Spring (Risshun)", "from Feb\u00a04")),
        ("2025-07-25", ("leap 6th month, day\u00a01",)),
        ("2026-09-22", ("National Holiday (between two holidays)",)),
    ],
)
def test_the_calendar_has_its_english_names(
    pages: Running, day: str, words: tuple[str, ...]
) -> None:
    shown = html.unescape(re.sub("</?span[^>]*>", "", page(pages, f"/en/date?date={day}")))
    assert [word for word in words if word not in shown] == []


def test_an_english_quote_is_shown_in_its_original(pages: Running) -> None:
    quote = next(
        one
        for one in pages.portal.catalogue.quotes
        if one.language == "en" and not lines(one.text.en)[1:]
    )
    text = html.unescape(page(pages, f"/en/quote/{quote.id}"))
    assert f'<blockquote class="quote-text"><p>{quote.original}</p>' in text
    assert quote.text.ja in re.findall('<span lang="ja">(.*?)</span>', text)[0].replace("<wbr>", "")
    assert quote.author.name.ja not in text


@pytest.mark.parametrize("language", ["fr", "zh", None])
def test_other_quotes_are_shown_in_english_with_their_originals(
    pages: Running, language: str | None
) -> None:
    quote = next(one for one in pages.portal.catalogue.quotes if one.language == language)
    shown = html.unescape(page(pages, f"/en/quote/{quote.id}")).partition("<main")[2]
    original, spoken = quote.translated_from("en") or ("", "")
    assert f'<span lang="{spoken}">' in shown
    text = re.sub("<rt>.*?</rt>|<[^>]*>", "", shown)
    assert all("\n".join(lines(words)) in text for words in (quote.text.en, original))
    assert f"<cite>{quote.source.en}</cite>" in shown


def test_client_input_is_not_used_as_a_format_string(quiet_server: Running) -> None:
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


def test_english_pages_are_served_by_the_fast_path(quiet_server: Running) -> None:
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


def test_the_list_is_served_by_the_fast_path_in_each_language(server: Running) -> None:
    server.client.post("/api/favorites", json={"type": "horoscope", "item": "2026-11-24.leo"})
    assert set(server.fast_path.shared_reads) == {b"/favorites", b"/en/favorites"}
    with counting(server) as counted:
        english, japanese = page(server, "/en/favorites"), page(server, "/favorites")
    assert [answer[0] for answer in counted] == [b"/en/favorites", b"/favorites"]
    assert "<b>Leo, November 24, 2026</b>" in english
    assert "<b>しし座・2026年11月24日</b>" in japanese
    assert Speech(english).japanese_in("en") == []


def test_lists_in_different_languages_do_not_share_a_read(pages: Running) -> None:
    asked: list[object] = []
    single_flight = SimpleNamespace(flight=lambda key, _read: asked.append(key))
    favorites: Any = SimpleNamespace(store=SimpleNamespace(single_flight=single_flight))
    for language in PREFIXES:
        favorites_page.shared_page(pages.portal, favorites, language)()
    assert len(set(asked)) == len(asked) == 2


def test_an_english_form_redirects_to_an_english_page(server: Running) -> None:
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
