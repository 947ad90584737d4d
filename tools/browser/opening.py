"""`python -m tools.browser.opening`: seconds until home page and sign show, and of which day.

In a phone's window, over a network on which a response takes 0.2 s: first with nothing saved, then
later, without the network, with a server that accepts and never responds, and after midnight.
"""

import asyncio
import socket
import statistics
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Error, Page, sync_playwright

from tools.browser.programs import ARGUMENTS, chromium
from tools.servers import serving

RUNS = 5
LATENCY = 0.2  # seconds
PATIENCE = 20_000  # milliseconds
SITUATIONS = ("first visit", "later", "tunnel", "hangs", "midnight, tunnel", "midnight, hangs")
CHOOSE = """localStorage.setItem("kirosample.signs", '["leo"]')"""
NEXT_DAY = "(now => { Date.now = () => now() + 24 * 3600e3 })(Date.now)"
FIRST_PAINT = """patience => new Promise(done => {
    setTimeout(done, patience, patience);
    new PerformanceObserver(list => {
        for (const {name, startTime} of list.getEntries())
            if (name === "first-contentful-paint") done(startTime);
    }).observe({type: "paint", buffered: true});
})"""


def measure(browser: Browser, situation: str) -> list[tuple[float, str]]:
    """Seconds to the first paint of the home page and of a sign's, each with the day it shows."""
    with ExitStack() as stack:
        online = stack.enter_context(ExitStack())
        server = online.enter_context(
            serving(None, clock=lambda: datetime.now(UTC), fast_path=False)
        )
        usual = server.server.config.loaded_app

        async def far(scope: Any, receive: Any, send: Any) -> None:
            await asyncio.sleep(LATENCY)
            await usual(scope, receive, send)

        server.server.config.loaded_app = far
        context = browser.new_context(locale="ja-JP", viewport={"width": 360, "height": 740})
        stack.callback(context.close)
        page = context.new_page()
        if situation != "first visit":
            page.add_init_script(CHOOSE)
            page.goto(server.url)
            page.wait_for_timeout(10 * LATENCY * 1000 + 2000)  # all is saved
            page.goto("about:blank")
        if "midnight" in situation:
            context.service_workers[0].evaluate(NEXT_DAY)
        if "tunnel" in situation or "hangs" in situation:
            online.close()
        if "hangs" in situation:
            address = ("127.0.0.1", urlsplit(server.url).port or 0)
            stack.enter_context(socket.create_server(address))
        return [opening(page, server.url + path) for path in ("/", "/horoscope/leo")]


def opening(page: Page, url: str) -> tuple[float, str]:
    try:
        page.goto(url, wait_until="commit", timeout=PATIENCE)
        seconds = page.evaluate(FIRST_PAINT, PATIENCE) / 1000
        day = page.evaluate("document.body.dataset.today ?? document.body.dataset.saved")
    except Error:
        return PATIENCE / 1000, "nothing"
    return seconds, day or "the offline page"


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for situation in SITUATIONS:
            runs = [measure(browser, situation) for _ in range(RUNS)]
            for path, openings in zip(
                ("/", "/horoscope/leo"), zip(*runs, strict=True), strict=True
            ):
                seconds = sorted(each for each, _ in openings)
                days = ", ".join({day for _, day in openings})
                print(
                    f"{situation:17} {path:14} {statistics.median(seconds):5.2f} s "
                    f"(at most {seconds[-1]:5.2f}): {days}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
