"""What a composition root gets: state by its settings, and a lifespan that opens and reports."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.notes_settings import NOTES, Settings

from ishizue import composition
from ishizue.telemetry import Metrics, RequestLog


@pytest.mark.parametrize("url", [None, "https://example.com"])
def test_the_state_is_that_of_the_settings(url: str | None) -> None:
    settings = Settings(port=3001, public_url=url)
    state = composition.service_state(settings, page_cache_bytes=1000)
    assert (state.product, state.url) == (NOTES, url or "http://localhost:3001")
    assert state.proxies.https == (url is not None)


async def test_resources_are_open_in_order_and_metrics_are_reported() -> None:
    events: list[str] = []
    lines: list[str] = []

    @asynccontextmanager
    async def resource(name: str) -> AsyncIterator[None]:
        events.append(f"open {name}")
        yield
        events.append(f"close {name}")

    log = RequestLog(lines.append, metrics=Metrics(lines.append, NOTES, "staging"))
    counters = {"Added": lambda: len(events)}
    resources = resource("a"), resource("b")
    async with composition.lifespan(*resources, log=log, gauges={}, counters=counters):
        events.append("serve")
    assert events == ["open a", "open b", "serve", "close b", "close a"]
    (report,) = map(json.loads, lines)
    assert (report["Added"], report["Service"]) == (1, "notes-staging")
    assert report["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Notes"


async def test_without_a_log_nothing_is_reported() -> None:
    async with composition.lifespan(log=None, gauges={"Never": lambda: 1 / 0}):
        pass
