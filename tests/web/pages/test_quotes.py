"""The pages of quotes, and what they share with other pages."""

import html
import re

import httpx
import pytest

from tools.servers import Running


def get(server: Running, path: str, **asked: str) -> str:
    response = server.client.get(path, params=asked)
    assert response.status_code == 200
    return html.unescape(response.text)


def test_every_quote_is_reachable_through_the_pages_of_the_list(pages: Running) -> None:
    ids: list[str] = []
    url: str | None = "/quotes"
    while url:
        page = get(pages, httpx.URL(url).path, **dict(httpx.URL(url).params))
        ids += re.findall(r'class="quotes-text" href="/quote/([a-z0-9-]+)"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = following[1] if following else None
    assert ids == [quote.id for quote in pages.portal.catalogue.quotes]


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "\"'&", "%"])
def test_searched_words_are_escaped(pages: Running, words: str) -> None:
    assert "<script>alert" not in pages.text("/quotes", params={"q": words})


def test_too_many_words_are_400_and_spaces_alone_search_for_nothing(pages: Running) -> None:
    assert pages.client.get("/quotes", params={"q": "あ" * 101}).status_code == 400
    for path in ("/quotes", "/en/quotes"):
        assert get(pages, path, q=" 　 ") == get(pages, path)


def headed(page: str) -> tuple[str, str, str]:
    """The title of a page, its shared title and its heading."""
    (title,) = re.findall(r"<title>(.*) \| [^|]*</title>", page)
    (shared,) = re.findall(r'property="og:title" content="(.*) \| [^|]*"', page)
    (heading,) = re.findall("<h1>(.*)</h1>", page)
    return title, shared, heading


def test_a_heading_shows_only_known_authors_and_topics(pages: Running) -> None:
    plain = ("名言をさがす",) * 3
    anything = "ここを読んで https://example.com"
    assert headed(get(pages, "/quotes")) == plain
    assert headed(get(pages, "/quotes", author=anything)) == plain
    assert headed(get(pages, "/quotes", topic=anything)) == plain
    both = ("松尾芭蕉の「旅」の名言",) * 3
    assert headed(get(pages, "/quotes", author="松尾芭蕉", topic="旅")) == both
    assert headed(get(pages, "/quotes", author="松尾芭蕉", topic=anything))[2] == "松尾芭蕉"
    assert headed(get(pages, "/quotes", author=anything, topic="旅"))[2] == "「旅」"


def test_only_pages_of_today_have_the_date_for_the_script(pages: Running) -> None:
    quote = pages.portal.catalogue.quotes[0].id
    turning = ("/", "/date", "/horoscope", "/horoscope/leo", "/quote", "/quote?date=2026-11-24")
    others = ("/about", "/quotes", "/quotes?q=人生", f"/quote/{quote}", "/date?date=2026-11-25")
    for paths, turns in ((turning, True), (others, False)):
        for path in paths:
            assert ('data-today="2026-11-24"' in pages.text(path)) == turns, path
