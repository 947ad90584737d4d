"""What the tests of pages and pictures have in common."""

import asyncio
import html
import re
from collections.abc import Callable
from typing import Any

import httpx

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


def walked(visitor: httpx.Client, path: str, limit: int) -> list[dict[str, Any]]:
    """All favorites of a list, a page of this length at a time."""
    listed: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        body = visitor.get(path, params={"limit": limit, "cursor": cursor}).json()
        assert len(body["favorites"]) <= limit
        listed += body["favorites"]
        cursor = body["next"]
    return listed
