"""What lists say of the readings that visitors like."""

import html
from datetime import timedelta

import httpx

from ishizue.testing.postgres import fetch
from kirosample import horoscope
from kirosample.quotes import load
from kirosample.web import kinds
from tools.servers import NOON, Running


def test_the_items_of_all_likable_days_are_kept_whatever_else_is_asked_for() -> None:
    catalogue = load()
    today = NOON.date()
    kinds._items_of.cache_clear()
    days = [today + timedelta(days) for days in range(-30, 2)]
    for day in (*days, *days):
        assert kinds.item(catalogue, lambda: today, "horoscope", f"{day}.leo")
        old = day - timedelta(1000)
        assert kinds.item(catalogue, lambda: today, "horoscope", f"{old}.leo") is None
    assert kinds._items_of.cache_info().misses == len(days)


def test_a_list_shows_a_reading_as_it_was_liked(server: Running, database: str) -> None:
    """With its headline, and in English, while its words are the same; else with its day alone."""
    reading = horoscope.reading(NOON.date(), "leo")
    with server.visitor() as me:
        liked = {"type": "horoscope", "item": f"{NOON.date()}.leo"}
        me.post("/api/favorites", json=liked).raise_for_status()
        for path in ("/favorites", "/favorites?mine=true"):
            assert f"<strong>{reading.headline.ja}</strong>" in shown(me, path)
            english = shown(me, f"/en{path}")
            assert f"<strong>{reading.headline.en}</strong>" in english
            assert reading.text.en in english
        fetch(database, "UPDATE favorites SET content = '前の言葉。' RETURNING id")
        titles = {"": "しし座・2026年11月24日", "/en": "Leo, November\u00a024, 2026"}
        for prefix, title in titles.items():
            mine = shown(me, f"{prefix}/favorites?mine=true")
            assert "前の言葉。" in mine
            assert f"<b>{title}" in mine
            assert reading.headline.ja not in mine
            assert reading.headline.en not in mine


def shown(me: httpx.Client, path: str) -> str:
    return html.unescape(me.get(path).text).replace("<wbr>", "")
