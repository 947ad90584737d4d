"""The Atom feeds in each language are valid and complete."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kirosample import horoscope, quotes
from kirosample.clock import Clock
from kirosample.quotes import lines
from kirosample.settings import Settings
from kirosample.web.feeds import daily, sign
from tests.nu_checker import violations
from tools.servers import NOON, SETTINGS, Running, serving

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
HERE = "https://kirosample.example"
PUBLIC = replace(SETTINGS, public_url=HERE)
SCHEMA = Path(__file__).with_name("atom.rnc")

JAPANESE = (daily.QUOTE, daily.RANKING)
ENGLISH = tuple(f"/en{path}" for path in JAPANESE)
FEEDS = (*JAPANESE, *ENGLISH)

KANA_AND_KANJI = re.compile("[\u3005-\u30ff\u3400-\u9fff\uff01-\uff60]")


def feed(running: Running, path: str) -> ElementTree.Element:
    answer = running.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/atom+xml")
    return ElementTree.fromstring(answer.text)


def at(moment: datetime) -> Clock:
    return lambda: moment


def texts(parent: ElementTree.Element, name: str) -> list[str]:
    return [found.text or "" for found in parent.iter(f"{ATOM}{name}")]


def links(parent: ElementTree.Element) -> list[tuple[str | None, ...]]:
    """Of the feed or the entry itself: relation, type, language and address."""
    names = ("rel", "type", "hreflang", "href")
    return [tuple(map(link.get, names)) for link in parent.findall(f"{ATOM}link")]


@pytest.mark.parametrize("settings", [SETTINGS, PUBLIC])
@pytest.mark.external
def test_every_feed_is_valid(settings: Settings, tmp_path: Path) -> None:
    days = (NOON, datetime(1900, 1, 1, 3, tzinfo=UTC), datetime(2100, 12, 31, 3, tzinfo=UTC))
    documents = []
    for day in days:
        with serving(None, settings=settings, clock=at(day)) as running:
            of_sign = sign.FEED.format(sign="leo")
            for number, path in enumerate((*FEEDS, of_sign, f"/en{of_sign}")):
                document = tmp_path / f"{day:%Y}-{number}.xml"
                document.write_bytes(running.client.get(path).content)
                documents.append(document)
    assert violations(SCHEMA, documents) == []
    documents[0].write_text(documents[0].read_text().replace("+09:00</updated>", "</updated>"))
    assert violations(SCHEMA, documents[:1]), "the schema finds a date without its zone"


def test_ids_are_permanent_and_no_two_feeds_share_one() -> None:
    with serving(None, settings=PUBLIC) as running:
        ids = {path: texts(feed(running, path), "id") for path in FEEDS}
    assert len({id_ for of_feed in ids.values() for id_ in of_feed}) == 4 * 11
    for path, name in {"/feeds/quote.xml": "quote", "/en/feeds/ranking.xml": "ranking.en"}.items():
        assert all(id_.startswith(f"tag:kirosample.example,2026:{name}") for id_ in ids[path])
        found = [id_.removeprefix(ids[path][0]) for id_ in ids[path][1:3]]
        assert found == ["/2026-11-24", "/2026-11-23"]


@pytest.mark.parametrize("path", FEEDS)
def test_an_entry_is_dated_at_midnight_in_japan(pages: Running, path: str) -> None:
    updated = texts(feed(pages, path), "updated")
    days = [(NOON - timedelta(back)).date() for back in range(10)]
    assert updated == [f"{day}T00:00:00+09:00" for day in (days[0], *days)]


def test_an_entry_does_not_change_the_next_day() -> None:
    now = [NOON]
    with serving(None, clock=lambda: now[0]) as running:
        for path in FEEDS:
            now[0] = NOON
            before = [ElementTree.tostring(e) for e in feed(running, path).iter(f"{ATOM}entry")]
            now[0] = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # midnight in Japan
            after = [ElementTree.tostring(e) for e in feed(running, path).iter(f"{ATOM}entry")]
            assert after[1:] == before[:-1]
            assert after[0] not in before


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_links_to_its_page_and_to_the_other_language(path: str) -> None:
    with serving(None, settings=PUBLIC) as running:
        root = feed(running, path)
    here, other = ("en", "ja") if path in ENGLISH else ("ja", "en")
    base, twin = ("/en", path.removeprefix("/en")) if here == "en" else ("", f"/en{path}")
    page = "/quote" if "quote" in path else "/horoscope"
    assert root.get(LANG) == here
    assert links(root) == [
        ("self", "application/atom+xml", here, HERE + path),
        ("alternate", "text/html", here, HERE + base + page),
        ("alternate", "application/atom+xml", other, HERE + twin),
    ]
    for entry in root.iter(f"{ATOM}entry"):
        ((rel, media_type, language, href),) = links(entry)
        assert (rel, media_type, language) == ("alternate", "text/html", here)
        assert (href or "").startswith(f"{HERE}{base}{page}")
        assert entry.findtext(f"{ATOM}content")


@pytest.mark.parametrize("path", FEEDS)
def test_every_link_of_a_feed_has_its_media_type_and_language(pages: Running, path: str) -> None:
    root = feed(pages, path)
    served = f"http://localhost:{pages.service_state.port}"
    for parent in (root, *root.iter(f"{ATOM}entry")):
        for _, media_type, language, href in links(parent):
            assert (href or "").startswith(f"{served}/"), "the address served"
            answer = pages.client.get((href or "").removeprefix(served))
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith(media_type or "nothing")
            assert f'lang="{language}"' in answer.text[:200]
    for href in re.findall('href="([^"]+)"', "".join(texts(root, "content"))):
        assert pages.client.get(href.removeprefix(served)).status_code == 200


@pytest.mark.parametrize("path", [daily.QUOTE, f"/en{daily.QUOTE}"])
def test_the_quote_feed_has_the_quote_of_the_day(pages: Running, path: str) -> None:
    quote = pages.portal.catalogue.of_day(NOON.date())
    first = texts(feed(pages, path), "content")[0]
    assert (lines(quote.text.en if path in ENGLISH else quote.text.ja)[0]) in first
    assert (quote.source.en if path in ENGLISH else quote.source.ja) in first
    assert ("Ishikawa Takuboku" if path in ENGLISH else quote.author.name.ja) in first


def test_an_english_feed_has_the_original_below_the_english_text() -> None:
    catalogue = quotes.load()
    days = (NOON + timedelta(on) for on in range(100))
    first_of = {catalogue.of_day(day.date()).language: day for day in days}
    for language in (None, "en", "fr", "zh"):
        with serving(None, clock=at(first_of[language])) as running:
            content = texts(feed(running, ENGLISH[0]), "content")[0]
        spoken = re.findall('<blockquote lang="([^"]+)">', content)
        assert spoken == ["en", *({language or "ja"} - {"en"})]


@pytest.mark.parametrize("path", [daily.RANKING, f"/en{daily.RANKING}"])
def test_the_ranking_feed_has_the_ranking_of_the_day(pages: Running, path: str) -> None:
    root = feed(pages, path)
    ranking = ElementTree.fromstring(texts(root, "content")[0])
    rows = ["".join(row.itertext()) for row in ranking.iter("li")]
    assert (ranking.tag, len(rows)) == ("ol", 12)
    first = horoscope.readings(NOON.date())[0]
    if path in ENGLISH:
        assert rows[0] == f"{first.name.en} {first.headline.en}{first.text.en}"
        title = f"Tue, Nov 24.*{first.name.en}.*{re.escape(first.headline.en)}"
    else:
        assert rows[0] == f"{first.name.ja} {first.headline.ja}{first.text.ja}"
        title = f"11月24日（火）.*{first.name.ja}.*{re.escape(first.headline.ja)}"
    assert re.search(title, texts(root, "title")[1])


def test_an_english_feed_has_no_unmarked_japanese(pages: Running) -> None:
    for path in ENGLISH:
        text = pages.text(path).replace("&lt;", "<").replace("&gt;", ">")
        text = text.replace("&quot;", '"')
        unmarked = re.sub(r'<(blockquote|cite) lang="(?!en)[^"]+">.*?</\1>', "", text)
        assert not KANA_AND_KANJI.findall(unmarked)
        assert "Today’s" in text


def test_a_feed_is_shorter_on_the_first_days_of_the_calendar() -> None:
    with serving(None, clock=lambda: datetime(1900, 1, 3, 3, tzinfo=UTC)) as running:
        assert len(texts(feed(running, daily.QUOTE), "updated")) == 1 + 3


def test_every_page_links_to_the_feeds_of_its_language(pages: Running) -> None:
    offered = r'<link rel="alternate" type="application/atom\+xml" title="[^"]+" href="([^"]+)">'
    for page, status in (("/", 200), ("/about", 200), ("/nothing", 404)):
        for base, paths in (("", JAPANESE), ("/en", ENGLISH)):
            html = pages.text(base + page, status=status).replace("&#x2f;", "/")
            assert tuple(re.findall(offered, html)) == paths
