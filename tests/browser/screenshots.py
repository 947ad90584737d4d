"""Writes docs/screenshots/: what a phone shows, for the README.

    python -m tests.browser.screenshots

On 2026-11-24 at noon in Japan, so that the pictures change only with the pages.
"""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright
from tests.browser.conftest import ARGUMENTS, PROGRAMS
from tests.postgres import embedded_server
from tests.servers import NOON, serving

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
PHONE = {"width": 390, "height": 844}
PICTURES = (
    ("home", "/", "light"),
    ("sign", "/horoscope/leo", "light"),
    ("quote", "/quote", "dark"),
)


def main() -> None:
    program = next(filter(None, map(shutil.which, PROGRAMS)))
    with (
        embedded_server() as database,
        serving(database) as server,
        sync_playwright() as playwright,
    ):
        server.ready()
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        for name, path, scheme in PICTURES:
            page = browser.new_page(
                viewport=PHONE,  # type: ignore[arg-type]
                color_scheme=scheme,  # type: ignore[arg-type]
                device_scale_factor=2,
                locale="ja-JP",
            )
            page.clock.set_fixed_time(NOON)
            page.goto(server.url + path)
            page.screenshot(path=FOLDER / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
