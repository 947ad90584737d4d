"""The Atom feeds in each language, as a validator and as a reader of feeds take them."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.nu_checker import violations
from tests.servers import NOON, SETTINGS, Running, serving

from kirosample import horoscope, quotes
from kirosample.clock import Clock
from kirosample.settings import Settings
from kirosample.web import feeds

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
HERE = "https://kirosample.example"
PUBLIC = replace(SETTINGS, public_url=HERE)
SCHEMA = Path(__file__).with_name("atom.rnc")

JAPANESE = (feeds.QUOTE, feeds.RANKING)
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
def test_no_feed_has_what_the_schema_of_atom_forbids(settings: Settings, tmp_path: Path) -> None:
    days = (NOON, datetime(1900, 1, 1, 3, tzinfo=UTC), datetime(2100, 12, 31, 3, tzinfo=UTC))
    documents = []
    for day in days:
        with serving(None, settings=settings, clock=at(day)) as running:
            for number, path in enumerate(FEEDS):
                document = tmp_path / f"{day:%Y}-{number}.xml"
                document.write_bytes(running.client.get(path).content)
                documents.append(document)
    assert violations(SCHEMA, documents) == []


@pytest.mark.parametrize(
    ("sound", "broken", "said"),
    [
        ("+09:00</updated>", "</updated>", "updated"),
        ("<id>", "<guid>", "guid"),
        ('type="html"', 'type="htm"', "htm"),
        ("<entry>", "<entry><id>tag:x,2026:y</id>", "id"),
        ('rel="self"', 'rel=""', "rel"),
        (' href="', ' src="', "src"),
        ("<author><name>KiroSample</name></author>", "", "author"),
        ('xml:lang="ja"', 'xml:lang=""', "lang"),
        ('type="text/html"', 'type="html"', "type"),
    ],
)
@pytest.mark.external
def test_the_schema_finds_what_is_wrong(
    pages: Running, tmp_path: Path, sound: str, broken: str, said: str
) -> None:
    text = pages.text(feeds.QUOTE)
    assert sound in text
    document = tmp_path / "feed.xml"
    changed = text.replace(sound, broken)
    document.write_text(changed.replace("</id>", "</guid>") if said == "guid" else changed)
    found = violations(SCHEMA, [document])
    assert any(f"“{said}”" in line for line in found), found


@pytest.mark.parametrize("path", FEEDS)
def test_names_are_each_feeds_own_and_stay(path: str) -> None:
    with serving(None, settings=PUBLIC) as running:
        root = feed(running, path)
    ids = texts(root, "id")
    assert len(ids) == len(set(ids)) == 11
    name = {"/feeds/quote.xml": "quote", "/en/feeds/ranking.xml": "ranking.en"}.get(path)
    assert all(id_.startswith(f"tag:kirosample.example,2026:{name or ''}") for id_ in ids)
    assert [id_.removeprefix(ids[0]) for id_ in ids[1:3]] == ["/2026-11-24", "/2026-11-23"]


def test_no_two_feeds_share_a_name(pages: Running) -> None:
    ids = [id_ for path in FEEDS for id_ in texts(feed(pages, path), "id")]
    assert len(ids) == len(set(ids)) == 4 * 11


@pytest.mark.parametrize("path", FEEDS)
def test_an_entry_is_a_day_that_began_at_midnight_in_japan(pages: Running, path: str) -> None:
    updated = texts(feed(pages, path), "updated")
    days = [(NOON - timedelta(back)).date() for back in range(10)]
    assert updated == [f"{day}T00:00:00+09:00" for day in (days[0], *days)]
    assert len({datetime.fromisoformat(at) for at in updated}) == 10


def test_an_entry_of_a_day_stays_the_same_the_next_day() -> None:
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
def test_a_feed_says_its_language_and_where_its_twin_and_its_page_are(path: str) -> None:
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
def test_every_link_leads_to_what_it_says_it_is(pages: Running, path: str) -> None:
    root = feed(pages, path)
    served = f"http://localhost:{pages.portal.settings.port}"
    for parent in (root, *root.iter(f"{ATOM}entry")):
        for _, media_type, language, href in links(parent):
            assert (href or "").startswith(f"{served}/"), "the address served"
            answer = pages.client.get((href or "").removeprefix(served))
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith(media_type or "nothing")
            assert f'lang="{language}"' in answer.text[:200]
    for href in re.findall('href="([^"]+)"', "".join(texts(root, "content"))):
        assert pages.client.get(href.removeprefix(served)).status_code == 200


@pytest.mark.parametrize("path", [feeds.QUOTE, f"/en{feeds.QUOTE}"])
def test_the_quote_of_the_day_is_in_it(pages: Running, path: str) -> None:
    quote = pages.portal.catalogue.of_day(NOON.date())
    first = texts(feed(pages, path), "content")[0]
    assert quote.text.split("　")[0] in first
    assert quote.source in first
    assert ("Ishikawa Takuboku" if path in ENGLISH else quote.author) in first


def test_in_english_a_quote_stands_in_its_own_words_before_the_japanese_ones() -> None:
    catalogue = quotes.load()
    days = (NOON + timedelta(on) for on in range(100))
    first_of = {catalogue.of_day(day.date()).language: day for day in days}
    for language in (None, "en", "fr", "zh"):
        with serving(None, clock=at(first_of[language])) as running:
            content = texts(feed(running, ENGLISH[0]), "content")[0]
        spoken = re.findall('<blockquote lang="([^"]+)">', content)
        assert spoken == ([language, "ja"] if language else ["ja"])


@pytest.mark.parametrize("path", [feeds.RANKING, f"/en{feeds.RANKING}"])
def test_the_ranking_of_the_day_is_in_it(pages: Running, path: str) -> None:
    root = feed(pages, path)
    ranking = ElementTree.fromstring(texts(root, "content")[0])
    rows = ["".join(row.itertext()) for row in ranking.iter("li")]
    assert (ranking.tag, len(rows)) == ("ol", 12)
    first = horoscope.readings(NOON.date())[0]
    if path in ENGLISH:
        assert rows[0].startswith("Cancer Overall 4/5, Love 3/5, Work 3/5, Money 4/5. Venus and ")
        assert rows[0].endswith(" The Sun is passing through Sagittarius.")
        assert re.fullmatch(".* Tue 24 Nov: Cancer .*first", texts(root, "title")[1])
    else:
        assert rows[0] == f"{first.name} {first.text}"
        assert texts(root, "title")[1] == "11月24日（火）の星占い：1位は蟹座"


def test_an_english_feed_says_nothing_in_japanese_but_what_it_marks(pages: Running) -> None:
    for path in ENGLISH:
        text = pages.text(path).replace("&lt;", "<").replace("&gt;", ">")
        text = text.replace("&quot;", '"')
        unmarked = re.sub(r'<(blockquote|cite) lang="(?!en)[^"]+">.*?</\1>', "", text)
        assert not KANA_AND_KANJI.findall(unmarked)
        assert "Today’s" in text


@pytest.mark.parametrize("path", FEEDS)
def test_a_reader_that_has_it_is_told_so(pages: Running, path: str) -> None:
    first = pages.client.get(path)
    again = pages.client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_first_days_of_the_calendar_have_a_shorter_feed() -> None:
    with serving(None, clock=lambda: datetime(1900, 1, 3, 3, tzinfo=UTC)) as running:
        assert len(texts(feed(running, feeds.QUOTE), "updated")) == 1 + 3


def test_every_page_offers_the_feeds_of_its_language(pages: Running) -> None:
    offered = r'<link rel="alternate" type="application/atom\+xml" title="[^"]+" href="([^"]+)">'
    for page, status in (("/", 200), ("/about", 200), ("/nothing", 404)):
        for base, paths in (("", JAPANESE), ("/en", ENGLISH)):
            html = pages.text(base + page, status=status).replace("&#x2f;", "/")
            assert tuple(re.findall(offered, html)) == paths
