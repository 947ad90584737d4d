"""The pictures of shared links over HTTP."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from html import unescape
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from PIL import Image

from kirosample.web.drawing.cards import Card
from kirosample.web.drawing.renderer import Busy, NotDrawn, PictureRenderer
from tools.servers import NOON, PUBLIC, SETTINGS, Running, serving

QUOTE = "/share/quote/hosai-senku-03.png"
SIGN = "/share/horoscope/2026-11-24/aries.png"
RANKING = "/share/ranking/2026-11-24.png"
DATE = "/share/date/2026-11-24.png"
LOT = "/share/omikuji/57.png"
BASES = ("", "/en")


class Counting(PictureRenderer):
    """Counts instead of drawing, or raises an error."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__()
        self.cards: list[Card] = []
        self.shapes: list[str] = []
        self.error = error

    async def draw(self, card: Card, shape: str) -> bytes:
        self.cards.append(card)
        self.shapes.append(shape)
        if self.error:
            raise self.error
        await asyncio.sleep(0.1)
        return b"a picture"


def test_each_picture_comes_in_three_shapes_and_each_language() -> None:
    with serving(None) as running:
        real = running.portal.picture_renderer
        running.portal.picture_renderer = renderer = Counting()
        for base in BASES:
            for path in (QUOTE, SIGN, RANKING, DATE, LOT):
                for ending in (".png", "/square.png", "/tall.png"):
                    answer = running.client.get(base + path.removesuffix(".png") + ending)
                    assert answer.status_code == 200
                    assert answer.headers["content-type"] == "image/png"
        assert renderer.shapes == ["wide", "square", "tall"] * 10
        assert len(set(map(repr, renderer.cards))) == 10
        running.portal.picture_renderer = real
        drawn = running.client.get("/en/share/quote/takuboku-ichiaku-01/tall.png").content
        assert Image.open(BytesIO(drawn)).size == (1080, 1920)


@pytest.mark.parametrize("path", ["horoscope/{}/leo.png", "ranking/{}/square.png", "date/{}.png"])
def test_only_yesterday_today_and_tomorrow_have_pictures(pages: Running, path: str) -> None:
    statuses = {
        day: pages.client.get(f"/share/{path.format(day)}").status_code
        for day in ("2026-11-22", "2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26")
    }
    assert list(statuses.values()) == [404, 200, 200, 200, 404]


def test_a_cached_picture_is_drawn_once() -> None:
    with serving(None) as running:
        running.portal.picture_renderer = renderer = Counting()
        assert [running.client.get(QUOTE).content for _ in range(3)] == [b"a picture"] * 3
        assert len(renderer.cards) == 1
        before = running.service_state.page_cache.bytes
        assert before > len(b"a picture")
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: running.client.get(SIGN), range(8)))
        kept = running.service_state.page_cache.bytes
        cache = running.service_state.page_cache
        cache.put(("share", "x"), b"a picture")
        assert kept - before < 2 * (cache.bytes - kept), "it is kept once"


def test_pictures_that_are_too_many_for_one_client_are_429_with_retry_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(None) as running, ThreadPoolExecutor(16) as pool:
        running.portal.picture_renderer = Counting()
        monkeypatch.setattr(running.portal.drawing, "_most", 4)
        ids = [quote.id for quote in running.portal.catalogue.quotes[:16]]
        asked = [f"{running.url}/share/quote/{id_}.png" for id_ in ids]
        answers = list(pool.map(httpx.get, asked))
        assert {answer.status_code for answer in answers} == {200, 429}
        for answer in answers:
            assert ("retry-after" in answer.headers) == (answer.status_code == 429)


def test_a_picture_that_took_too_long_is_tried_again() -> None:
    with serving(None) as running:
        running.portal.picture_renderer = renderer = Counting(Busy())
        assert running.client.get(QUOTE).status_code == 503
        renderer.error = None
        assert running.client.get(QUOTE).status_code == 200


def test_a_picture_that_cannot_be_drawn_is_tried_once_a_minute() -> None:
    now = NOON
    with serving(None, clock=lambda: now) as running:
        running.portal.picture_renderer = renderer = Counting(NotDrawn())
        answers = [running.client.get(QUOTE) for _ in range(3)]
        assert {answer.status_code for answer in answers} == {500}
        assert answers[0].headers["cache-control"] == "no-store"
        assert len(renderer.cards) == 1
        renderer.error = None
        now += timedelta(minutes=1)
        assert running.client.get(QUOTE).status_code == 200


def test_a_page_links_to_its_picture_only_with_a_public_url(pages: Running) -> None:
    with serving(None, settings=replace(SETTINGS, public_url=PUBLIC)) as running:
        running.portal.picture_renderer = Counting()
        for path, picture in (
            ("/quote/hosai-senku-03", QUOTE),
            ("/en/quote/hosai-senku-03", f"/en{QUOTE}"),
            ("/en/horoscope/aries", f"/en{SIGN}"),
            ("/", DATE),
            ("/horoscope/aries", SIGN),
            ("/horoscope/aries?date=2026-11-25", SIGN.replace("24", "25")),
            ("/horoscope", RANKING),
            ("/en/date?date=2026-11-23", f"/en{DATE.replace('24', '23')}"),
        ):
            assert pictures(running, path) == [PUBLIC + picture]
            assert running.client.get(picture).status_code == 200
        for path in ("/date?date=2020-01-01", "/horoscope/aries?date=2020-01-01", "/about"):
            (icon,) = pictures(running, path)
            assert icon.startswith(f"{PUBLIC}/static/icon-512."), path
        assert pictures(running, "/nothing", 404) == []
    assert pictures(pages, "/quote/hosai-senku-03") == []


def pictures(running: Running, path: str, status: int = 200) -> list[str]:
    html = running.text(path, status=status).replace("&#x2f;", "/")
    return re.findall(r'property="og:image" content="([^"]+)"', html)


def test_a_page_is_sent_with_line_and_x_by_plain_links(pages: Running, public: Running) -> None:
    """In the page's sheet: browsers without popovers show it as a row of links."""
    services = r"social-plugins\.line\.me/lineit/share|x\.com/intent/post"
    link = rf'<a [^>]*href="(https://(?:{services})\?[^"]+)"'
    for path, shared in (
        ("/quote/hosai-senku-03", "/quote/hosai-senku-03"),
        ("/en/horoscope/aries", "/en/horoscope/aries?date=2026-11-24"),
        ("/date", "/date?date=2026-11-24"),
        ("/days?for=car", "/days?for=car"),
    ):
        button, _, sheet = public.text(path).partition('<div class="share" id="share" popover')
        assert 'popovertarget="share" data-share=' in button, "a script is not needed"
        by_line, by_x = re.finditer(link, sheet)
        for sent in (by_line, by_x):
            query = parse_qs(urlsplit(unescape(sent[1])).query)
            assert query["url"] == [PUBLIC + shared]
            assert query["text"]
            assert 'rel="noopener"' in sent[0]
    assert not re.search(link, pages.text("/date")), "without a public URL there is nothing to send"
