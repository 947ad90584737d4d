"""The sitemap and robots.txt."""

from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

from kirosample.horoscope import PAIRS
from tools.servers import PUBLIC, Running

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def entries(running: Running) -> dict[str, ElementTree.Element]:
    """The entries by location, which is in one entry only."""
    answer = running.client.get("/sitemap.xml")
    assert answer.headers["content-type"].startswith("application/xml")
    every = list(ElementTree.fromstring(answer.text))
    by_location = {entry.findtext(f"{SITEMAP}loc") or "": entry for entry in every}
    assert len(by_location) == len(every)
    return by_location


def test_the_sitemap_has_every_page_once_in_each_language(public: Running) -> None:
    by_location = entries(public)
    for location, entry in by_location.items():
        assert location.startswith(f"{PUBLIC}/")
        path = location.removeprefix(PUBLIC).removeprefix("/en")
        assert len(entry.findall(f"{SITEMAP}loc")) == 1
        links = entry.findall(f"{XHTML}link[@rel='alternate']")
        told = {link.get("hreflang"): link.get("href") for link in links}
        twins = {"ja": PUBLIC + path, "en": f"{PUBLIC}/en{path}"}
        assert told == {**twins, "x-default": twins["ja"]}, "as the head of the page tells it"
        assert set(twins.values()) <= by_location.keys()
    paths = {location.removeprefix(PUBLIC) for location in by_location}
    assert {"/", "/date", "/horoscope", "/horoscope/leo", "/quote", "/quotes", "/about"} <= paths
    assert {f"/horoscope/{one}/{other}" for one, other in PAIRS} <= paths
    assert "/horoscope/leo/aries" not in paths, "that is the page of Aries and Leo"
    assert {f"/quote/{quote.id}" for quote in public.portal.catalogue.quotes} <= paths
    assert "/favorites" not in paths, "there are none without a database"
    assert by_location[f"{PUBLIC}/date"].findtext(f"{SITEMAP}lastmod") == "2026-11-24"
    assert by_location[f"{PUBLIC}/about"].find(f"{SITEMAP}lastmod") is None


def test_every_url_of_the_sitemap_is_served_and_canonical(public: Running) -> None:
    for location in [*entries(public)][:40] + [*entries(public)][-4:]:
        answer = public.text(location.removeprefix(PUBLIC)).replace("&#x2f;", "/")
        assert f'<link rel="canonical" href="{location}">' in answer, location


def test_robots_txt_excludes_paths(public: Running) -> None:
    lines = public.text("/robots.txt").splitlines()
    assert f"Sitemap: {PUBLIC}/sitemap.xml" in lines
    plain = RobotFileParser()  # knows no wildcards, so they are looked at alone
    plain.parse([line for line in lines if "*?" not in line and "*/" not in line])
    allowed = "/", "/quote", "/favorites", "/share/quote/x.png", "/feeds/quote.xml", "/static/x"
    for path in allowed:
        assert plain.can_fetch("Bot", path), path
    for path in ("/favorites/export.json", "/favorites/export.csv", "/api/date"):
        assert not plain.can_fetch("Bot", path), path
    assert "Disallow: /*?*date=" in lines


def test_without_a_public_url_the_sitemap_has_the_served_origin(pages: Running) -> None:
    served = f"http://localhost:{pages.service_state.port}"
    assert all(location.startswith(served) for location in entries(pages))
    assert f"Sitemap: {served}/sitemap.xml" in pages.text("/robots.txt")
    hosts = {"host": "evil.example"}
    assert "evil" not in pages.text("/sitemap.xml", headers=hosts)
