"""The Atom feeds in each language have what RFC 4287 requires, and are complete."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from xml.etree import ElementTree

import pytest

from kirosample import horoscope, quotes
from kirosample.quotes import lines
from kirosample.web.feeds import daily, sign
from tools.servers import NOON, PUBLIC, Running, serving

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

LEO = sign.FEED.format(sign="leo")
IN_JAPANESE = (daily.QUOTE, daily.RANKING)
IN_ENGLISH = tuple(f"/en{path}" for path in IN_JAPANESE)
FEEDS = (*IN_JAPANESE, *IN_ENGLISH, LEO, f"/en{LEO}")


def feed(running: Running, path: str) -> ElementTree.Element:
    answer = running.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/atom+xml")
    return ElementTree.fromstring(answer.text)


def texts(parent: ElementTree.Element, name: str) -> list[str]:
    return [element.text or "" for element in parent.iter(f"{ATOM}{name}")]


def links(parent: ElementTree.Element) -> list[tuple[str | None, ...]]:
    """The links of the feed or the entry itself: relation, type, language and address."""
    names = ("rel", "type", "hreflang", "href")
    return [tuple(map(link.get, names)) for link in parent.findall(f"{ATOM}link")]


def test_ids_are_permanent_and_no_two_feeds_share_one(public: Running) -> None:
    ids = {path: texts(feed(public, path), "id") for path in FEEDS}
    assert len({id_ for of_feed in ids.values() for id_ in of_feed}) == len(FEEDS) * 11
    for path, name in {"/feeds/quote.xml": "quote", "/en/feeds/ranking.xml": "ranking.en"}.items():
        assert all(id_.startswith(f"tag:kirosample.example,2026:{name}") for id_ in ids[path])
        days = [id_.removeprefix(ids[path][0]) for id_ in ids[path][1:3]]
        assert days == ["/2026-11-24", "/2026-11-23"]


def test_an_entry_is_dated_at_midnight_in_japan_and_never_changes() -> None:
    now = NOON
    with serving(None, clock=lambda: now) as running:
        for path in FEEDS:
            now = NOON
            root = feed(running, path)
            days = [(NOON - timedelta(back)).date() for back in range(10)]
            assert texts(root, "updated") == [f"{day}T00:00:00+09:00" for day in (days[0], *days)]
            before = [ElementTree.tostring(entry) for entry in root.iter(f"{ATOM}entry")]
            now = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # midnight in Japan
            after = [ElementTree.tostring(e) for e in feed(running, path).iter(f"{ATOM}entry")]
            assert after[1:] == before[:-1]
            assert after[0] not in before
        now = datetime(1900, 1, 3, 3, tzinfo=UTC)
        assert len(texts(feed(running, daily.QUOTE), "updated")) == 1 + 3, "of the calendar"


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_links_to_its_page_and_to_the_other_language(public: Running, path: str) -> None:
    root = feed(public, path)
    here, other = ("en", "ja") if path.startswith("/en") else ("ja", "en")
    base, twin = ("/en", path.removeprefix("/en")) if here == "en" else ("", f"/en{path}")
    page = "/quote" if "quote" in path else "/horoscope/leo" if "leo" in path else "/horoscope"
    assert root.get(LANG) == here
    assert links(root) == [
        ("self", "application/atom+xml", here, PUBLIC + path),
        ("alternate", "text/html", here, PUBLIC + base + page),
        ("alternate", "application/atom+xml", other, PUBLIC + twin),
    ]
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    assert root.findtext(f"{ATOM}title")
    newest, *older = root.iter(f"{ATOM}entry")
    for entry in (newest, *older):
        ((rel, media_type, language, href),) = links(entry)
        assert (rel, media_type, language) == ("alternate", "text/html", here)
        assert (href or "").startswith(f"{PUBLIC}{base}{page}")
        assert entry.findtext(f"{ATOM}title")
        assert entry.findtext(f"{ATOM}content")
        assert [content.get("type") for content in entry.iter(f"{ATOM}content")] == ["html"]
    shown = public.text((href or "").removeprefix(PUBLIC))
    assert f'<html lang="{here}">' in shown
    for href in re.findall('href="([^"]+)"', newest.findtext(f"{ATOM}content") or ""):
        assert public.client.get(href.removeprefix(PUBLIC)).status_code == 200


@pytest.mark.parametrize("path", [daily.QUOTE, f"/en{daily.QUOTE}"])
def test_the_quote_feed_has_the_quote_of_the_day(pages: Running, path: str) -> None:
    quote = pages.portal.catalogue.of_day(NOON.date())
    first = texts(feed(pages, path), "content")[0]
    for words in (quote.text, quote.source, quote.author.name):
        assert lines(words.en if path in IN_ENGLISH else words.ja)[0] in first


def test_an_english_feed_has_the_original_below_the_english_text() -> None:
    catalogue = quotes.load()
    now = NOON
    days = (NOON + timedelta(on) for on in range(100))
    first_of = {catalogue.of_day(day.date()).language: day for day in days}
    with serving(None, clock=lambda: now) as running:
        for language in (None, "en", "fr", "zh"):
            now = first_of[language]
            content = texts(feed(running, IN_ENGLISH[0]), "content")[0]
            spoken = re.findall('<blockquote lang="([^"]+)">', content)
            assert spoken == ["en", *({language or "ja"} - {"en"})]


@pytest.mark.parametrize("path", [daily.RANKING, f"/en{daily.RANKING}"])
def test_the_ranking_feed_has_the_ranking_of_the_day(pages: Running, path: str) -> None:
    root = feed(pages, path)
    ranking = ElementTree.fromstring(texts(root, "content")[0])
    rows = ["".join(row.itertext()) for row in ranking.iter("li")]
    assert (ranking.tag, len(rows)) == ("ol", 12)
    first = horoscope.readings(NOON.date())[0]
    name, headline, text = (
        words.en if path in IN_ENGLISH else words.ja
        for words in (first.name, first.headline, first.text)
    )
    assert rows[0] == f"{name} {headline}{text}"
    day = "Tue, Nov 24" if path in IN_ENGLISH else "11月24日（火）"
    assert re.search(f"{day}.*{name}.*{re.escape(headline)}", texts(root, "title")[1])


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_signs_feed_has_its_mornings(pages: Running, prefix: str) -> None:
    ids = set()
    for each_sign in horoscope.SIGNS:
        root = feed(pages, prefix + sign.FEED.format(sign=each_sign.id))
        ids |= set(texts(root, "id")[1:])
        newest = horoscope.reading(NOON.date(), each_sign.id)
        language = 1 if prefix else 0
        assert newest.headline[language] in texts(root, "title")[1]
        assert newest.text[language] in unescape(texts(root, "content")[0])
    assert len(ids) == 120


def test_every_page_links_to_the_feeds_of_its_language(pages: Running) -> None:
    offered = r'<link rel="alternate" type="application/atom\+xml" title="[^"]+" href="([^"]+)">'
    for page, status in (("/", 200), ("/about", 200), ("/nothing", 404)):
        for base, paths in (("", IN_JAPANESE), ("/en", IN_ENGLISH)):
            html = pages.text(base + page, status=status).replace("&#x2f;", "/")
            assert tuple(re.findall(offered, html)) == paths
