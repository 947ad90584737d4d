"""In a browser, a page reaches another origin only where its route adds it to the policy."""

import pytest
from playwright.sync_api import Browser
from starlette.responses import HTMLResponse, Response

from ishizue import CHEAP, Endpoint, NoQuery, RequestContext, Result, Service, service
from ishizue.testing.running import serving
from kirosample.settings import Settings

PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="


async def receive(_: RequestContext, _body: bytes) -> Result:
    """Receive a photo, as a bucket does"""
    return Result(201, "received")


def bucket(port: int) -> Service:
    upload = Endpoint("POST", "/", receive, CHEAP, statuses=(201,))
    return service(Settings(port=port), (upload,), log=None, admit=lambda _: None)


@pytest.mark.parametrize("is_added", [False, True])
def test_a_form_is_sent_to_another_origin_that_its_route_adds(
    browser: Browser, *, is_added: bool
) -> None:
    with serving(bucket) as other:

        async def new(_: RequestContext, _query: NoQuery) -> Response:
            """The form of a new photo"""
            form = f'<form method="post" action="{other.url}/"><button>Send</button></form>'
            return HTMLResponse(f'<!doctype html>{form}<img src="{PIXEL}" alt="">')

        sources = {"form-action": (other.url,), "img-src": ("data:",)}
        page_of = Endpoint("GET", "/", new, CHEAP, content_security=sources if is_added else {})
        with (
            serving(lambda port: service(Settings(port=port), (page_of,), log=None)) as album,
            browser.new_page() as page,
        ):
            page.goto(album.url)
            assert page.evaluate("document.images[0].naturalWidth") == int(is_added)
            send = page.get_by_role("button")
            if is_added:
                send.click()
                page.wait_for_url(f"{other.url}/")
                assert page.locator("body").inner_text() == '"received"'
            else:
                with page.expect_console_message(lambda said: "form-action" in said.text):
                    send.click(no_wait_after=True)
                assert page.url == f"{album.url}/"
