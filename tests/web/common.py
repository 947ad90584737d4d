"""What the tests of pages and pictures have in common."""

import asyncio
import html
import re
from collections.abc import Callable

FORM = {"content-type": "application/x-www-form-urlencoded"}
"""The header of a form without fields."""

JAPANESE = re.compile("[\u3005-\u30ff\u3400-\u9fff\uff01-\uff60]+")


def said(page: str) -> str:
    """The text of a page, its spaces folded."""
    return " ".join(re.sub(r"<[^>]+>", "", html.unescape(page)).split())


async def until(holds: Callable[[], bool]) -> None:
    """Wait for it while the loop turns. Raises TimeoutError after half a minute."""
    for _ in range(3_000):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError
