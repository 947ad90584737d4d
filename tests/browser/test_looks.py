"""What a designer would see at once, on every page: nothing is cut off, or too small to touch."""

from tests.browser.conftest import NewPage
from tests.browser.pages import faces
from tests.servers import NOON, Running

NARROWEST = {"width": 320, "height": 640}
PHONE = {"width": 360, "height": 780}
LEAST_TOUCH = 44  # px, of width and height: WCAG 2.2, 2.5.5

# Links amid a sentence are as high as its line, which the standard allows.
TOO_SMALL = """least => [...document.querySelectorAll('a, button, input, summary')]
    .filter(part => part.checkVisibility() && !part.closest('.skip, .prose p, .prose li'))
    .map(part => [part, part.getBoundingClientRect()])
    .filter(([, box]) => Math.min(box.width, box.height) < least - 0.5)
    .map(([part, box]) => `${part.textContent.trim()}: ${box.width} x ${box.height}`)"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SIZE = "size => document.documentElement.style.fontSize = size"
PAPER = "getComputedStyle(document.documentElement).getPropertyValue('--%s')"


def test_no_page_scrolls_sideways_on_the_narrowest_phone(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, viewport=NARROWEST)
    wide = {}
    for address in faces(lived_in_server):
        page.goto(lived_in_server.url + address)
        for size in ("100%", "200%"):
            page.evaluate(SIZE, size)
            wide[f"{address} at {size}"] = page.evaluate(SIDEWAYS)
    assert {address: by for address, by in wide.items() if by} == {}


def test_everything_to_touch_is_large_enough_on_a_phone(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, viewport=PHONE)
    small = {}
    for address in faces(lived_in_server):
        page.goto(lived_in_server.url + address)
        small[address] = page.evaluate(TOO_SMALL, LEAST_TOUCH)
    assert {address: said for address, said in small.items() if said} == {}


def test_what_is_printed_from_a_dark_screen_is_dark_on_white(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, color_scheme="dark")
    page.goto(f"{lived_in_server.url}/date")
    colors = ("paper", "ink", "holiday", "saturday", "moon-dark")
    printed = {}
    for scheme in ("light", "dark"):
        page.emulate_media(media="print", color_scheme=scheme)
        printed[scheme] = [page.evaluate(PAPER % name) for name in colors]
    assert printed["dark"] == printed["light"]
    assert printed["dark"][0] == "#fff"
