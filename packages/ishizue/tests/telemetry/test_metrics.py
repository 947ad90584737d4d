"""Metrics follow the embedded metric format, and are right."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
from tests.notes_settings import NOTES

from ishizue.composition import lifespan
from ishizue.telemetry import Metrics, RequestLog, metrics
from ishizue.telemetry.metrics import spread


@pytest.fixture
def written() -> list[str]:
    return []


@pytest.fixture
def made(written: list[str]) -> Metrics:
    return Metrics(written.append, NOTES)


def reported(made: Metrics, written: list[str]) -> dict[str, Any]:
    made.report()
    line = written.pop()
    assert line.endswith("\n")
    document: dict[str, Any] = json.loads(line)
    return document


def test_a_report_counts_requests_errors_and_gauges_since_the_last_one(
    made: Metrics, written: list[str]
) -> None:
    """In CloudWatch's embedded metric format: where a rule of it is broken, there is no metric."""
    for status in (200, 304, 404, 500, 503):
        made.count(status, 1.5)
    waiting = iter([3, 9, 0])
    away = iter([False, True, True])
    for _ in range(3):
        made.sample({"WriteQueue": lambda: next(waiting), "DatabaseAway": lambda: next(away)})
    document = reported(made, written)
    meta = document.pop("_aws")
    assert isinstance(meta["Timestamp"], int)
    assert meta["Timestamp"] == pytest.approx(time.time() * 1000, abs=60_000)
    names = {"Requests": "Count", "Errors": "Count", "LatencyMs": "Milliseconds"}
    names |= {"WriteQueue": "Count", "DatabaseAway": "Count"}
    assert meta["CloudWatchMetrics"] == [
        {
            "Namespace": "Notes",
            "Dimensions": [["Service"]],
            "Metrics": [{"Name": name, "Unit": unit} for name, unit in names.items()],
        }
    ]
    assert document.pop("LatencyMs") == pytest.approx([1.5] * 5, rel=0.02)
    # As text, because in Python 1 is equal to true, of which CloudWatch makes no metric.
    assert json.dumps(document) == json.dumps(
        {
            "Service": "notes",
            "Requests": 5,
            "Errors": 2,
            "WriteQueue": [3, 9, 0],
            "DatabaseAway": [0, 1, 1],
        }
    )
    again = reported(made, written)
    assert (again["Requests"], again["Errors"]) == (0, 0)
    assert not {"WriteQueue", "LatencyMs"} & again.keys()


def of_many(count: int) -> list[float]:
    chance = random.Random(count)
    return [chance.lognormvariate(1, 2) for _ in range(count)]


@pytest.mark.parametrize(
    "latencies",
    [[0.0], [0.01], [60_000.0], *map(of_many, (2, 100, 101, 5000))],
    ids=lambda latencies: f"{len(latencies)} from {latencies[0]:.4f}",
)
def test_the_latencies_have_the_percentiles_of_all(latencies: list[float], made: Metrics) -> None:
    count = len(latencies)
    for latency in latencies:
        made.count(200, latency)
    values = spread(made._latencies)
    latencies.sort()
    assert len(values) == min(count, 100)
    assert values == sorted(values)
    for place, rank in ((0, 0), (len(values) - 1, count - 1)):
        assert values[place] == pytest.approx(latencies[rank], rel=0.02, abs=0.001)
    if count >= 5000:
        for percent in (50, 90, 98):
            at = latencies[percent * count // 100]
            near = latencies[(percent - 1) * count // 100], latencies[(percent + 1) * count // 100]
            assert near[0] * 0.98 <= values[percent] <= near[1] * 1.02, (percent, at)


async def test_a_report_is_written_every_minute_and_at_the_end(
    written: list[str], made: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    usual = asyncio.sleep

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await usual(0)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    async with made.reporting({"WriteQueue": lambda: 4}):
        while not written:
            await usual(0)
        assert len(slept) in (60, 61)
        made.count(200, 1)
    first, last = map(json.loads, written)
    assert first["WriteQueue"] == [4] * 60
    assert last["Requests"] == 1


def test_a_metric_that_cannot_be_read_is_logged_once_and_ends_no_other(
    made: Metrics, written: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    for books in ([], [], [7]):
        made.sample({"Largest": partial(max, books), "WriteQueue": lambda: 3})
    document = reported(made, written)
    assert (document["Largest"], document["WriteQueue"]) == ([7], [3, 3, 3])
    (line,) = caplog.messages
    assert line.startswith("the metric Largest cannot be read: ValueError(")


async def test_a_polled_gauge_has_the_last_read_value_and_none_while_reads_fail(
    made: Metrics, written: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    asked = asyncio.Event()
    answers = asyncio.Queue[float | Exception]()

    async def waiting() -> float:
        asked.set()
        answer = await answers.get()
        if isinstance(answer, Exception):
            raise answer
        return answer

    gauge = metrics.Polled(waiting, every=0)
    async with made.reporting({"Waiting": gauge}):
        for answer in (7.0, OSError("away"), 8.0):
            answers.put_nowait(answer)
            asked.clear()
            await asked.wait()  # it was read, and is read again
            for _ in range(3):
                made.sample({"Waiting": gauge})
    reports = [json.loads(line) for line in written]
    assert reports[-1]["Waiting"] == [7, 7, 7, 8, 8, 8]
    assert [record.levelname for record in caplog.records] == ["ERROR"]


async def test_in_a_service_resources_are_open_and_a_report_has_what_was_counted_since_the_last_one(
    written: list[str], made: Metrics
) -> None:
    events: list[str] = []

    @asynccontextmanager
    async def resource(name: str) -> AsyncIterator[None]:
        events.append(f"open {name}")
        yield
        events.append(f"close {name}")

    log = RequestLog(written.append, metrics=made)
    counters = {"Added": lambda: len(events)}
    async with lifespan(resource("a"), resource("b"), log=log, gauges={}, counters=counters):
        events.append("serve")
        made.report()
        made.report()
        events.append("stop")
    assert events == ["open a", "open b", "serve", "stop", "close b", "close a"]
    assert [json.loads(line)["Added"] for line in written] == [1, 0, 1]
