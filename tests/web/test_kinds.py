"""What lists say of the readings that visitors like."""

import html

import httpx

from ishizue.testing.postgres import fetch
from kirosample import horoscope
from tools.servers import NOON, Running


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


def test_a_reading_of_long_ago_has_its_likes_and_no_button(server: Running, database: str) -> None:
    with server.visitor() as me:
        liked = {"type": "horoscope", "item": f"{NOON.date()}.leo"}
        me.post("/api/favorites", json=liked).raise_for_status()
        assert f'name="like" value="horoscope:{NOON.date()}.leo"' in shown(me, "/favorites")
        fetch(database, "UPDATE favorites SET item = '2026-01-01.leo' RETURNING id")
        assert 'data-liked-once="horoscope:2026-01-01.leo"' in shown(me, "/favorites")


def shown(me: httpx.Client, path: str) -> str:
    return html.unescape(me.get(path).text).replace("<wbr>", "")
