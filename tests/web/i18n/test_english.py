"""The English pages."""

import html
import re
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest

from ishizue.testing.wire import counting
from kirosample.quotes import lines
from kirosample.web.i18n.languages import PREFIXES
from kirosample.web.pages import favorites as favorites_page
from tests.web.common import JAPANESE
from tools.browser.pages import MORE, faces
from tools.servers import PUBLIC, Running

_SPOKEN = ("alt", "aria-label", "content", "placeholder", "title")
_VOID = {"meta", "link", "input", "wbr", "br", "img"}


class Speech(HTMLParser):
    """The texts of a page, each with its language."""

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

    def unmarked_japanese(self) -> list[str]:
        return [words for of, said in self.said if of == "en" for words in JAPANESE.findall(said)]


def page(server: Running, address: str) -> str:
    response = server.client.get(address)
    assert response.headers["content-type"].startswith("text/html")
    return response.text


def japanese(server: Running) -> list[str]:
    """The address of every page in Japanese, but of a search, which is shown as it was typed."""
    ours = (address for address in faces(server) if not JAPANESE.search(address))
    return [address for address in ours if not re.match("/en(/|$)", address)]


def test_an_english_page_has_no_unmarked_japanese(quiet_server: Running) -> None:
    for address in japanese(quiet_server):
        text = page(quiet_server, f"/en{address}")
        assert '<html lang="en">' in text
        # The source of a quote stands in its description, which cannot be marked.
        described = re.sub(r'<meta (?:name="descr|property="og:descr)iption"[^>]*>', "", text)
        spoken = described if "/quote" in address else text
        assert Speech(spoken).unmarked_japanese() == [], address
    assert Speech("<p lang=en>暦</p>").unmarked_japanese() == ["暦"]


def test_every_page_links_to_the_other_language(quiet_server: Running) -> None:
    """What of a query is kept, and in which order, is seen in `pages/`."""
    for address in {*japanese(quiet_server)} - {*MORE}:
        here, there = f"/en{address}", address.partition("?")[0]
        if quiet_server.client.get(here).status_code != 200 or there == "/offline":
            there = "/"  # an error has no other side
        for asked, other, language in ((here, there, "ja"), (address, f"/en{there}", "en")):
            links = re.findall(
                r'class="other-language" href="([^"]+)" hreflang="(..)"', page(quiet_server, asked)
            )
            told = [(html.unescape(href).partition("?")[0], lang) for href, lang in links]
            assert told == [(other, language)], asked


def test_english_pages_link_to_english_pages(quiet_server: Running) -> None:
    shared = r"/(?:en/|static/|share|feeds/|manifest|openapi\.json)"
    others = r'<link rel="(?!alternate" hreflang).*?>|<a class="other-language".*?>'
    links = set[str]()
    for address in japanese(quiet_server):
        text = re.sub(others, "", html.unescape(page(quiet_server, f"/en{address}")))
        inner = re.findall(r'(?:href|action)="(/[^"]*)"', text)
        assert len(inner) >= 7
        assert [href for href in inner if not re.match(shared, href)] == [], address
        links.update(re.findall(r'href="(/en/[^"]*)"', text))
    kinds = {
        re.sub(r"(/quote/|/horoscope/|author=|topic=|date=)[^?&#]*", r"\1", href): href
        for href in links
    }
    for href in kinds.values():
        assert quiet_server.client.get(href).status_code in (200, 303), href


def test_the_path_alone_decides_the_language(pages: Running) -> None:
    wishes = {"Accept-Language": "en-GB,en;q=0.9"}
    assert '<html lang="ja">' in pages.text("/date", headers=wishes)
    assert '<html lang="en">' in pages.text("/en/date", headers={"Accept-Language": "ja"})
    assert "accept-language" not in pages.client.get("/date").headers.get("vary", "").lower()
    assert '<html lang="ja">' in pages.text("/english", status=404)
    answer = pages.client.get("/en")
    assert (answer.status_code, answer.headers["location"]) == (308, "/en/")
    assert pages.client.get("/en/quote/random").headers["location"].startswith("/en/quote/")


def test_the_head_names_the_canonical_url_and_both_languages_of_a_public_site(
    pages: Running, public: Running
) -> None:
    for asked, address in (
        ("/date?date=2026-11-25", "/date?date=2026-11-25"),
        ("/date?date=2026-11-24", "/date"),
        ("/date?utm_source=x", "/date"),
        ("/quotes?cursor=takuboku-ichiaku-01", "/quotes?cursor=takuboku-ichiaku-01"),
    ):
        for prefix in PREFIXES.values():
            text = html.unescape(page(public, prefix + asked))
            assert f'<link rel="canonical" href="{PUBLIC}{prefix}{address}">' in text
            assert re.findall(r'hreflang="([^"]+)" href="([^"]+)">', text) == [
                ("ja", f"{PUBLIC}{address}"),
                ("en", f"{PUBLIC}/en{address}"),
                ("x-default", f"{PUBLIC}{address}"),
            ]
    assert '<link rel="alternate" hreflang' not in page(public, "/en/nothing")
    assert '<link rel="alternate" hreflang' not in page(pages, "/date")


@pytest.mark.parametrize("language", ["en", "fr", "zh", None])
def test_a_quote_is_shown_in_english_with_its_original(
    pages: Running, language: str | None
) -> None:
    quote = next(quote for quote in pages.portal.catalogue.quotes if quote.language == language)
    shown = html.unescape(page(pages, f"/en/quote/{quote.id}")).partition("<main")[2]
    original, spoken = quote.translated_from("en") or (quote.text.ja, "ja")
    assert f'<span lang="{spoken}">' in shown
    text = re.sub("<rt>.*?</rt>|<[^>]*>", "", shown)
    assert all("\n".join(lines(words)) in text for words in (quote.text.en, original))
    assert f"<cite>{quote.source.en}</cite>" in shown
    assert quote.author.name.ja not in text


def test_pages_and_lists_are_served_by_the_fast_path_in_each_language(server: Running) -> None:
    server.client.post("/api/favorites", json={"type": "horoscope", "item": "2026-11-24.leo"})
    assert set(server.fast_path.shared_reads) == {b"/favorites", b"/en/favorites"}
    addresses = [
        prefix + path
        for path in ("/date", "/date?date=2026-11-25", "/horoscope/leo", "/favorites")
        for prefix in PREFIXES.values()
    ]
    first = {address: page(server, address) for address in addresses}
    with counting(server) as counted:
        assert {address: page(server, address) for address in addresses} == first
    assert [served[:2] for served in counted] == [(path.encode(), 200) for path in addresses]
    assert "<b>Leo, November\u00a024, 2026</b>" in first["/en/favorites"]
    assert "<b>しし座・2026年11月24日</b>" in first["/favorites"]
    assert Speech(first["/en/favorites"]).unmarked_japanese() == []


def test_lists_in_different_languages_do_not_share_a_read(pages: Running) -> None:
    asked: list[object] = []
    single_flight = SimpleNamespace(flight=lambda key, _read: asked.append(key))
    favorites: Any = SimpleNamespace(store=SimpleNamespace(single_flight=single_flight))
    for language in PREFIXES:
        favorites_page.shared_page(pages.portal, favorites, language)()
    assert len(set(asked)) == len(asked) == 2
