"""The pages, and their forms, as a browser without script uses them."""

import html
import re

import httpx
import pytest
from ishizue.testing import wire
from ishizue.testing.running import RunningService

from bookshelf.routes import API


def titles(page: str) -> list[str]:
    return [html.unescape(title) for title in re.findall(r'class="title"[^>]*>(.*?)</p>', page)]


def send(server: RunningService, path: str, **fields: str) -> httpx.Response:
    """Submit a form; a form without fields has the type of a form too."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": server.url}
    return server.client.post(path, data=fields, headers=headers)


def test_a_book_is_added_and_removed_with_forms(server: RunningService) -> None:
    assert "The shelf is empty" in server.text("/")
    for _ in range(2):
        done = send(server, "/books", title=" Emma ")
        assert (done.status_code, done.headers["location"]) == (303, "/")
    page = server.text("/")
    assert titles(page) == ["Emma"]
    (action,) = re.findall('action="(/books/.*?)"', page)
    for _ in range(2):
        assert send(server, action).status_code == 303
    assert titles(server.text("/")) == []


def test_a_wrong_form_comes_back_with_what_was_typed_and_why(server: RunningService) -> None:
    send(server, "/books", title="Emma")
    typed = '"x" <b>' + "y" * 200
    refused = send(server, "/books", title=typed)
    assert refused.status_code == 422
    (value,) = re.findall('name="title".* value="(.*?)" aria-invalid', refused.text)
    assert html.unescape(value) == typed
    (why,) = re.findall('id="title-wrong">(.*?)<', refused.text)
    assert why.startswith("Up to 200 characters")
    assert titles(refused.text) == titles(server.text("/")) == ["Emma"]


def test_a_title_is_shown_as_it_is(server: RunningService) -> None:
    title = '<script>alert(1)</script> & "quoted" 本 📚'
    assert send(server, "/books", title=title).status_code == 303
    page = server.text("/")
    assert titles(page) == [title]
    assert "<script" not in page


def test_links_lead_to_older_books_and_back(server: RunningService) -> None:
    for number in range(5):
        send(server, "/books", title=f"book {number}")
    shown = []
    path = "/?limit=2"
    while path:
        page = server.text(path)
        shown += titles(page)
        links = re.findall('href="([^"]*cursor=[^"]*)"', page)
        path = html.unescape(links[0]) if links else ""
    assert shown == [f"book {number}" for number in (4, 3, 2, 1, 0)]
    assert '<a href="/">Newest books</a>' in page


def test_the_fast_path_serves_the_home_page(server: RunningService) -> None:
    with wire.counting(server) as served:
        assert titles(server.text("/")) == []
        send(server, "/books", title="Emma")
        assert titles(server.text("/")) == ["Emma"]
    assert [(target, status) for target, status, _ in served] == [(b"/", 200)] * 2


def test_the_page_of_the_api_is_rendered_once_and_revalidated(pages: RunningService) -> None:
    page = pages.client.get("/api")
    for endpoint in API:
        assert endpoint.path in html.unescape(page.text)
    assert "s-maxage=60" in page.headers["cache-control"]
    with wire.counting(pages) as served:
        pages.client.get("/api", headers={"If-None-Match": page.headers["etag"]})
    assert [(target, status) for target, status, _ in served] == [(b"/api", 304)]


@pytest.mark.parametrize("path", ["/nothing", "/books/1", "/a%0Ab", "/.env", "/%00"])
def test_an_unknown_address_is_an_error_page(pages: RunningService, path: str) -> None:
    response = pages.client.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert '<p class="status">404</p>' in response.text
