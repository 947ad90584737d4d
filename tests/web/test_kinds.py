"""What lists say of the readings that visitors like."""

import asyncio
from datetime import UTC, date, datetime, timedelta

from ishizue.testing.postgres import fetch
from kirosample import horoscope
from kirosample.favorites import Favorite
from kirosample.web import kinds
from kirosample.web.i18n.languages import ENGLISH
from tools.servers import NOON, Running

LIKED_AT = datetime(2026, 11, 24, tzinfo=UTC)


def favorites(days: int) -> list[Favorite]:
    first = date(1950, 1, 1)
    keys = [f"{first + timedelta(days=n)}.leo" for n in range(days)]
    return [Favorite(n, "horoscope", key, "", "", LIKED_AT, likes=1) for n, key in enumerate(keys)]


def test_the_loop_turns_between_the_readings_of_a_list() -> None:
    async def turns(days: int) -> int:
        turned = 0
        preparing = asyncio.ensure_future(kinds.prepare(favorites(days), ENGLISH))
        while not preparing.done():
            turned += 1
            await asyncio.sleep(0)
        return turned

    horoscope.reading.cache_clear()
    assert asyncio.run(turns(9)) >= 9
    assert asyncio.run(turns(9)) < 9, "they are kept"


def test_lists_show_a_readings_headline_while_it_is_the_one_that_was_liked(
    server: Running, database: str
) -> None:
    reading = horoscope.reading(NOON.date(), "leo")
    with server.visitor() as me:
        liked = {"type": "horoscope", "item": f"{NOON.date()}.leo"}
        me.post("/api/favorites", json=liked).raise_for_status()
        for path in ("/favorites", "/favorites?mine=true"):
            assert f"<strong>{reading.headline.ja}</strong>" in me.get(path).text
            assert reading.headline.en in me.get(f"/en{path}").text.replace("&#x27;", "'")
        fetch(database, "UPDATE favorites SET content = 'Other words.' RETURNING id")
        mine = me.get("/favorites?mine=true").text
        assert "Other words." in mine
        assert reading.headline.ja not in mine
