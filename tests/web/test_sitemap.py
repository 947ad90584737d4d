"""What search engines are told."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from tests.nu_checker import violations
from tests.servers import SETTINGS, Running, serving

PUBLIC = "https://kirosample.example"
SCHEMA = Path(__file__).with_name("sitemap.rnc")
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="module")
def public() -> Iterator[Running]:
    with serving(None, settings=replace(SETTINGS, public_url=PUBLIC)) as running:
        yield running


def entries(running: Running) -> list[ElementTree.Element]:
    answer = running.client.get("/sitemap.xml")
    assert answer.headers["content-type"].startswith("application/xml")
    return list(ElementTree.fromstring(answer.text))


def locations(running: Running) -> list[str]:
    return [entry.findtext(f"{SITEMAP}loc") or "" for entry in entries(running)]


@pytest.mark.external
def test_it_has_nothing_that_the_schema_of_sitemaps_forbids(
    public: Running, quiet_server: Running, tmp_path: Path
) -> None:
    documents = []
    for name, running in (("public", public), ("served", quiet_server)):
        answer = running.client.get("/sitemap.xml")
        assert answer.text.count("<url>") < 50_000
        assert len(answer.content) < 50 * 2**20
        documents.append(tmp_path / f"{name}.xml")
        documents[-1].write_bytes(answer.content)
    assert violations(SCHEMA, documents) == []


@pytest.mark.parametrize(
    ("sound", "broken", "said"),
    [
        ("2026-11-24", "2026-11-31", "lastmod"),
        ("<loc>https:", "<loc>", "loc"),
        ("<loc>", "<place>", "place"),
        ('rel="alternate"', 'rel="prev"', "rel"),
        ('hreflang="en"', 'hreflang="English"', "hreflang"),
        ("</loc>", "</loc><lastmod>2026-11-24</lastmod>", "lastmod"),
    ],
)
@pytest.mark.external
def test_the_schema_finds_what_is_wrong(
    public: Running, tmp_path: Path, sound: str, broken: str, said: str
) -> None:
    text = public.text("/sitemap.xml")
    assert sound in text
    changed = text.replace(sound, broken)
    document = tmp_path / "sitemap.xml"
    document.write_text(changed.replace("</loc>", "</place>") if said == "place" else changed)
    assert any(f"“{said}”" in line for line in violations(SCHEMA, [document]))


def test_every_page_is_there_once_in_each_language(public: Running) -> None:
    found = locations(public)
    assert len(found) == len(set(found))
    assert all(one.startswith(f"{PUBLIC}/") for one in found)
    paths = {one.removeprefix(PUBLIC) for one in found}
    for path in ("/", "/date", "/horoscope", "/horoscope/leo", "/quote", "/quotes", "/about"):
        assert {path, f"/en{path}"} <= paths
    quotes = {f"/quote/{quote.id}" for quote in public.portal.catalogue.quotes}
    assert quotes <= paths
    assert "/favorites" not in paths, "there are none without a database"


def test_what_it_names_is_served_and_calls_itself_so(public: Running) -> None:
    for location in [*locations(public)[:40], *locations(public)[-4:]]:
        answer = public.client.get(location.removeprefix(PUBLIC))
        assert answer.status_code == 200
        canonical = f'<link rel="canonical" href="{location}">'
        assert canonical in answer.text.replace("&#x2f;", "/"), location


def test_each_language_of_a_page_tells_of_all(public: Running) -> None:
    found = {entry.findtext(f"{SITEMAP}loc"): entry for entry in entries(public)}
    for location, entry in found.items():
        path = (location or "").removeprefix(PUBLIC).removeprefix("/en")
        links = entry.findall(f"{XHTML}link")
        told = {link.get("hreflang"): link.get("href") for link in links}
        twins = {"ja": PUBLIC + path, "en": f"{PUBLIC}/en{path}"}
        assert told == {**twins, "x-default": twins["ja"]}, "as the head of the page tells it"
        assert set(twins.values()) <= found.keys()
    assert len(found) > 1000


def test_the_head_of_a_page_tells_of_the_same_languages(public: Running) -> None:
    found = {entry.findtext(f"{SITEMAP}loc"): entry for entry in entries(public)}
    for path in ("/", "/en/", "/date", "/en/quotes"):
        links = found[PUBLIC + path].findall(f"{XHTML}link")
        html = public.text(path).replace("&#x2f;", "/")
        told = re.findall('<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', html)
        assert told == [(link.get("hreflang"), link.get("href")) for link in links]


def test_the_days_pages_change_with_the_day(public: Running) -> None:
    found = {entry.findtext(f"{SITEMAP}loc"): entry for entry in entries(public)}
    assert found[f"{PUBLIC}/date"].findtext(f"{SITEMAP}lastmod") == "2026-11-24"
    assert found[f"{PUBLIC}/about"].find(f"{SITEMAP}lastmod") is None


def test_favorites_are_named_where_there_are_any(quiet_server: Running) -> None:
    assert any(one.endswith("/favorites") for one in locations(quiet_server))


def test_robots_are_told_where_not_to_go(public: Running) -> None:
    lines = public.text("/robots.txt").splitlines()
    assert f"Sitemap: {PUBLIC}/sitemap.xml" in lines
    plain = RobotFileParser()  # knows no wildcards, so they are looked at alone
    plain.parse([line for line in lines if "*?" not in line and "*/" not in line])
    for path in (
        "/",
        "/quote",
        "/favorites",
        "/share/quote/x.png",
        "/feeds/quote.xml",
        "/static/x",
    ):
        assert plain.can_fetch("Bot", path), path
    for path in ("/favorites/export.json", "/favorites/export.csv", "/api/date"):
        assert not plain.can_fetch("Bot", path), path
    assert "Disallow: /*?*date=" in lines


def test_without_a_public_address_it_is_the_one_served(pages: Running) -> None:
    served = f"http://localhost:{pages.portal.settings.port}"
    assert all(one.startswith(served) for one in locations(pages))
    assert f"Sitemap: {served}/sitemap.xml" in pages.text("/robots.txt")
    hosts = {"host": "evil.example"}
    assert "evil" not in pages.text("/sitemap.xml", headers=hosts)
