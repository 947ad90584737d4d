"""Readers are told from programs by what they call themselves."""

from pathlib import Path

from kirosample.page_views import is_crawler

_AGENTS = Path(__file__).with_name("agents.txt").read_text(encoding="utf-8")


def test_two_hundred_agents_are_readers_or_crawlers() -> None:
    lines = [*_AGENTS.splitlines(), "crawler ", "crawler  \t"]
    assert len(lines) == 200
    wrong = [line for line in lines if is_crawler(line[8:].encode()) != (line[:7] == "crawler")]
    assert not wrong
