"""The Atom feeds, as a reader of feeds takes them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from tests.servers import NOON, SETTINGS, Running, serving

from kirosample.web import feeds

ATOM = "{http://www.w3.org/2005/Atom}"
PUBLIC = replace(SETTINGS, public_url="https://kirosample.example")


def feed(running: Running, path: str) -> ElementTree.Element:
    answer = running.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/atom+xml")
    return ElementTree.fromstring(answer.text)


def texts(parent: ElementTree.Element, name: str) -> list[str]:
    return [found.text or "" for found in parent.iter(f"{ATOM}{name}")]


@pytest.mark.parametrize("path", [feeds.QUOTE, feeds.RANKING])
def test_a_feed_has_what_atom_demands(path: str) -> None:
    with serving(None, settings=PUBLIC) as running:
        root = feed(running, path)
        assert root.tag == f"{ATOM}feed"
        for part in (root, *root.iter(f"{ATOM}entry")):
            for name in ("id", "title", "updated"):
                assert len(part.findall(f"{ATOM}{name}")) == 1, name
                assert texts(part, name)[0]
        assert root.find(f"{ATOM}author/{ATOM}name") is not None
        links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
        assert links["self"] == f"https://kirosample.example{path}"
        ids = texts(root, "id")
        assert len(ids) == len(set(ids)) == 11
        assert all(id_.startswith("tag:kirosample.example,2026:") for id_ in ids)


@pytest.mark.parametrize("path", [feeds.QUOTE, feeds.RANKING])
def test_an_entry_is_a_day_that_began_at_midnight_in_japan(pages: Running, path: str) -> None:
    updated = texts(feed(pages, path), "updated")
    days = [(NOON - timedelta(back)).date() for back in range(10)]
    assert updated == [f"{day}T00:00:00+09:00" for day in (days[0], *days)]
    assert len({datetime.fromisoformat(at) for at in updated}) == 10


def test_an_entry_of_a_day_stays_the_same_the_next_day() -> None:
    now = [NOON]
    with serving(None, clock=lambda: now[0]) as running:
        for path in (feeds.QUOTE, feeds.RANKING):
            now[0] = NOON
            before = [ElementTree.tostring(e) for e in feed(running, path).iter(f"{ATOM}entry")]
            now[0] = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # midnight in Japan
            after = [ElementTree.tostring(e) for e in feed(running, path).iter(f"{ATOM}entry")]
            assert after[1:] == before[:-1]
            assert after[0] not in before


def test_every_link_leads_to_a_page_of_ours(pages: Running) -> None:
    for path in (feeds.QUOTE, feeds.RANKING):
        for link in feed(pages, path).iter(f"{ATOM}link"):
            href = link.get("href") or ""
            port = pages.portal.settings.port
            assert href.startswith(f"http://localhost:{port}/"), "the address served"
            assert pages.client.get(href.partition(str(port))[2]).status_code == 200


def test_the_quote_and_the_ranking_of_the_day_are_in_it(pages: Running) -> None:
    quote = pages.portal.catalogue.of_day(NOON.date())
    first = texts(feed(pages, feeds.QUOTE), "content")[0]
    assert quote.text.split("　")[0] in first
    assert quote.author in first
    assert quote.source in first
    ranking = texts(feed(pages, feeds.RANKING), "content")[0]
    assert ElementTree.fromstring(ranking).tag == "ol"
    assert len(list(ElementTree.fromstring(ranking).iter("li"))) == 12


def test_a_reader_that_has_it_is_told_so(pages: Running) -> None:
    first = pages.client.get(feeds.QUOTE)
    again = pages.client.get(feeds.QUOTE, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_first_days_of_the_calendar_have_a_shorter_feed() -> None:
    with serving(None, clock=lambda: datetime(1900, 1, 3, 3, tzinfo=UTC)) as running:
        assert len(texts(feed(running, feeds.QUOTE), "updated")) == 1 + 3


def test_every_page_offers_the_feeds(pages: Running) -> None:
    for page in ("/", "/en/", "/about"):
        html = pages.client.get(page).text
        for path in (feeds.QUOTE, feeds.RANKING):
            assert 'type="application/atom+xml" title="' in html
            assert f'href="{path}"' in html
