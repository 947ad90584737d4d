"""Readers are told from programs by what they call themselves."""

from collections import Counter
from pathlib import Path

from kirosample.page_views import PageViews, is_crawler
from kirosample.routes import COUNTED
from tools.servers import Running

_AGENTS = Path(__file__).with_name("agents.txt").read_text(encoding="utf-8")


def test_two_hundred_agents_are_readers_or_crawlers() -> None:
    lines = [*_AGENTS.splitlines(), "crawler ", "crawler  \t"]
    assert len(lines) == 200
    wrong = [line for line in lines if is_crawler(line[8:].encode()) != (line[:7] == "crawler")]
    assert not wrong


def test_each_sign_is_a_page_and_other_addresses_are_their_route(pages: Running) -> None:
    counts = Counter[str]()
    views = PageViews(COUNTED, pages.app.service.application.route_of, counts)
    for target in ("/horoscope/leo?date=2026-11-24", "/en/horoscope/leo", "/horoscope/dragon"):
        views.served(target.encode(), 200, b"Mozilla/5.0 (iPhone)")
    views.served(b"/horoscope/leo?today=2026-11-25", 200, b"Mozilla/5.0 (iPhone)")
    assert counts == {"/horoscope/leo": 2, "/horoscope/{sign}": 1}
