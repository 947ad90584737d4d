"""What a service is while it runs: its resources are open, and its metrics are reported."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.notes_settings import NOTES

from ishizue import composition
from ishizue.telemetry import Metrics, RequestLog


async def test_resources_are_open_in_order_and_metrics_are_reported() -> None:
    events: list[str] = []
    lines: list[str] = []

    @asynccontextmanager
    async def resource(name: str) -> AsyncIterator[None]:
        events.append(f"open {name}")
        yield
        events.append(f"close {name}")

    log = RequestLog(lines.append, metrics=Metrics(lines.append, NOTES))
    counters = {"Added": lambda: len(events)}
    resources = resource("a"), resource("b")
    async with composition.lifespan(*resources, log=log, gauges={}, counters=counters):
        events.append("serve")
    assert events == ["open a", "open b", "serve", "close b", "close a"]
    (report,) = map(json.loads, lines)
    assert report["Added"] == 1
