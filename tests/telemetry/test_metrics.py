"""Metrics in CloudWatch's embedded format: its rules, and what they say."""

import asyncio
import json
import random
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.telemetry.telling import telling

import infra.observability
from kirosample import telemetry
from kirosample.telemetry import Metrics, metrics
from kirosample.telemetry.metrics import spread

READING = {"type": "horoscope", "item": "2026-11-24.aries"}
UNITS = {"Milliseconds", "Count"}


def reported(made: Metrics, written: list[str]) -> dict[str, Any]:
    made.report()
    line = written.pop()
    assert line.count("\n") == 1
    document: dict[str, Any] = json.loads(line)
    check(document)
    return document


def check(document: dict[str, Any]) -> None:
    """The rules of the format's specification, for what a document of ours may have."""
    aws = document["_aws"]
    assert set(aws) == {"Timestamp", "CloudWatchMetrics"}
    assert isinstance(aws["Timestamp"], int)
    assert abs(aws["Timestamp"] / 1000 - time.time()) < 60
    for directive in aws["CloudWatchMetrics"]:
        assert set(directive) == {"Namespace", "Dimensions", "Metrics"}
        assert 1 <= len(directive["Namespace"]) <= 1024
        assert directive["Dimensions"]
        for dimensions in directive["Dimensions"]:
            assert len(dimensions) <= 30
            for name in dimensions:
                assert 1 <= len(name) <= 250
                assert isinstance(document[name], str)
        assert 1 <= len(directive["Metrics"]) <= 100
        for metric in directive["Metrics"]:
            assert set(metric) == {"Name", "Unit"}
            assert metric["Unit"] in UNITS
            target = document[metric["Name"]]
            values = target if isinstance(target, list) else [target]
            assert 1 <= len(values) <= 100
            assert all(type(value) in (int, float) for value in values)
    assert len(json.dumps(document)) < 16 * 1024  # the container's log cuts there


@pytest.fixture
def written() -> list[str]:
    return []


@pytest.fixture
def made(written: list[str]) -> Metrics:
    return Metrics(written.append)


def test_a_minute_without_requests_is_reported(made: Metrics, written: list[str]) -> None:
    document = reported(made, written)
    assert (document["Requests"], document["Errors"]) == (0, 0)
    assert "LatencyMs" not in document


def test_requests_errors_and_gauges_are_counted_and_begin_anew(
    made: Metrics, written: list[str]
) -> None:
    for status in (200, 304, 404, 500, 503):
        made.count(status, 1.5)
    waiting = iter([3, 9, 0])
    for _ in range(3):
        made.sample({"WriteQueue": lambda: next(waiting), "PoolInUse": lambda: 1})
    document = reported(made, written)
    assert (document["Requests"], document["Errors"]) == (5, 2)
    assert document["WriteQueue"] == [3, 9, 0]
    assert document["PoolInUse"] == [1, 1, 1]
    assert document["LatencyMs"] == pytest.approx([1.5] * 5, rel=0.02)
    again = reported(made, written)
    assert (again["Requests"], again["Errors"]) == (0, 0)
    assert "WriteQueue" not in again


@pytest.mark.parametrize("count", [1, 2, 99, 100, 101, 5000])
def test_the_latencies_have_the_percentiles_of_all(count: int) -> None:
    chance = random.Random(count)
    latencies = [chance.lognormvariate(1, 2) for _ in range(count)]
    counted = Metrics(lambda _: None)
    for latency in latencies:
        counted.count(200, latency)
    values = spread(counted._latencies)
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


@pytest.mark.parametrize("milliseconds", [0.0, 0.0001, 0.01, 1.0, 60_000.0])
def test_a_latency_is_within_two_percent(milliseconds: float, made: Metrics) -> None:
    made.count(200, milliseconds)
    assert spread(made._latencies) == pytest.approx([milliseconds], rel=0.02, abs=0.001)


def test_a_report_is_written_every_minute_and_at_the_end(
    written: list[str], made: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    usual = asyncio.sleep

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await usual(0)

    async def minute() -> None:
        monkeypatch.setattr(asyncio, "sleep", sleep)
        async with made.reporting({"WriteQueue": lambda: 4}):
            while not written:
                await usual(0)
            assert len(slept) in (60, 61)
            made.count(200, 1)

    asyncio.run(minute())
    first, last = map(json.loads, written)
    assert first["WriteQueue"] == [4] * 60
    assert last["Requests"] == 1


def test_a_server_reports_what_it_did(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_EVERY_SECONDS", 1)
    with telling(database, metrics=True) as (running, told):
        running.ready()
        for _ in range(5):
            running.client.get("/date")
        running.client.post("/api/favorites", json=READING)
        running.client.get("/livez")
    reports = [line for line in told.lines() if "_aws" in line]
    for report in reports:
        check(report)
    assert sum(report["Requests"] for report in reports) == 6
    sampled = [report for report in reports if "WriteQueue" in report]
    assert all(0 <= value <= 3 for report in sampled for value in report["PoolInUse"])


def test_a_server_without_metrics_writes_none() -> None:
    with telling() as (running, told):
        running.client.get("/date")
        told.next()
    assert "_aws" not in told.text()


def test_the_dashboard_shows_what_is_written(written: list[str], made: Metrics) -> None:
    assert metrics.NAMESPACE == infra.observability.NAMESPACE
    assert metrics.DIMENSIONS == infra.observability.SERVICE_DIMENSION
    made.count(200, 1)
    made.sample({"WriteQueue": lambda: 0, "PoolInUse": lambda: 0})
    document = reported(made, written)
    (directive,) = document["_aws"]["CloudWatchMetrics"]
    source = Path(infra.observability.__file__).read_text(encoding="utf-8")
    assert {metric["Name"] for metric in directive["Metrics"]} == set(
        re.findall(r'_own\("(\w+)"', source)
    )


def test_a_counter_of_nothing_spreads_to_nothing() -> None:
    assert spread(Counter()) == []
    assert telemetry.Metrics is Metrics
