"""What waits for a turn: which pages go ahead, and that a page which waits too long is refused."""

from itertools import product
from typing import Any

import pytest

from ishizue.http.fair_queue import FairQueue, Overloaded
from tools.servers import Running

OPENED_AT_MIDNIGHT = ("/", "/date", "/quote", "/horoscope", "/horoscope?by=love", "/horoscope/leo")
OTHERS = (
    "/?today=2026-11-25",
    "/date?date=2026-11-25",
    "/date?place=naha",
    "/horoscope/leo?date=2026-11-23",
    "/horoscope/leo/aries",
    "/quotes",
)


@pytest.mark.parametrize(("paths", "expected"), [(OPENED_AT_MIDNIGHT, True), (OTHERS, False)])
def test_only_what_opens_at_midnight_goes_ahead_and_without_a_turn_a_page_is_refused(
    pages: Running, monkeypatch: pytest.MonkeyPatch, paths: tuple[str, ...], expected: bool
) -> None:
    asked: list[bool] = []

    async def run(*_: Any, ahead: bool) -> None:
        asked.append(ahead)
        raise Overloaded

    monkeypatch.setattr(FairQueue, "run", run)
    for base, path in product(("", "/en"), paths):
        refused = pages.client.get(base + path)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "2"), path
        assert refused.text.startswith("<!doctype html>")
    assert asked == [expected] * 2 * len(paths)
