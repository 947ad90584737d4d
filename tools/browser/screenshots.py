"""Writes docs/screenshots/, which docs/pages.md and the READMEs show.

    python -m tools.browser.screenshots

On 2026-11-24 at noon in Japan, so that the pictures change only with the pages. The visitor keeps
one sign.
"""

from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from ishizue.testing.postgres import embedded_server
from tools.browser.lived_in import lived_in
from tools.browser.programs import ARGUMENTS, chromium
from tools.servers import NOON

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
PAGES = {
    "home": "/",
    "date": "/date",
    "horoscope": "/horoscope",
    "sign": "/horoscope/leo",
    "quote": "/quote",
    "favorites": "/favorites",
}
ON_A_PHONE = {
    "special": "/date?date=2026-12-16",
    "days": "/days?for=wedding",
    "lucky-day": "/days/wedding/2026-12-16",
    "pair": "/horoscope/leo/libra",
    "omikuji": "/omikuji/57",
    "birthday": "/birthday/03-01",
}
DESK = {"width": 1200, "height": 900}
KEEP_A_SIGN = """localStorage.setItem('kirosample.signs', '["leo"]')"""
VIEWS: dict[str, dict[str, Any]] = {
    "light": {"viewport": DESK, "color_scheme": "light"},
    "dark": {"viewport": DESK, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2},
}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with (
        embedded_server() as database,
        lived_in(database) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for view, options in VIEWS.items():
            page = browser.new_page(locale="ja-JP", **options)
            page.clock.set_fixed_time(NOON)
            page.add_init_script(KEEP_A_SIGN)
            pages = PAGES | ON_A_PHONE if view == "phone" else PAGES
            for name, address in pages.items():
                page.goto(server.url + address)
                page.screenshot(path=FOLDER / f"{name}-{view}.png")
        browser.close()


if __name__ == "__main__":
    main()
