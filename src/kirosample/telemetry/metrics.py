"""Metrics for CloudWatch, in its embedded metric format: no agent, one line a minute.

The format: "Specification: Embedded metric format" in the CloudWatch user guide. It takes a number
or up to 100 numbers for a metric, of which CloudWatch makes its statistics and percentiles.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from math import exp, log

NAMESPACE = "KiroSample"
DIMENSIONS = {"Service": "kirosample"}
MOST_VALUES = 100

_EVERY_SECONDS = 60
_STEPS = 50
"""Latencies are counted in steps of 1/50 of e-fold, 2 %."""

Gauge = Callable[[], float]
"""Reads something that goes up and down."""


class Metrics:
    """Counts requests, errors (5xx) and latencies; `write` is given the line."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._errors = 0
        self._latencies: Counter[int] = Counter()
        self._sampled: dict[str, list[float]] = {}

    def count(self, status: int, milliseconds: float) -> None:
        """Count one answer."""
        self._latencies[int(log(milliseconds * 1000 + 1) * _STEPS)] += 1
        if status >= 500:
            self._errors += 1

    @asynccontextmanager
    async def reporting(self, gauges: Mapping[str, Gauge]) -> AsyncIterator[None]:
        """Read the gauges every second and report every minute, and at the block's end."""
        task = asyncio.create_task(self._report(gauges))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            self.report()

    async def _report(self, gauges: Mapping[str, Gauge]) -> None:
        while True:
            for _ in range(_EVERY_SECONDS):
                await asyncio.sleep(1)
                self.sample(gauges)
            self.report()

    def sample(self, gauges: Mapping[str, Gauge]) -> None:
        """Read the gauges."""
        for name, gauge in gauges.items():
            self._sampled.setdefault(name, []).append(gauge())

    def report(self) -> None:
        """Write what was counted since the last time, and begin anew."""
        latencies, self._latencies = self._latencies, Counter()
        errors, self._errors = self._errors, 0
        sampled, self._sampled = self._sampled, {}
        values: dict[str, float | list[float]] = {
            "Requests": latencies.total(),
            "Errors": errors,
            **({"LatencyMs": spread(latencies)} if latencies else {}),
            **sampled,
        }
        told = {
            "_aws": {
                "Timestamp": int(time.time() * 1000),
                "CloudWatchMetrics": [
                    {
                        "Namespace": NAMESPACE,
                        "Dimensions": [list(DIMENSIONS)],
                        "Metrics": [{"Name": name, "Unit": _unit(name)} for name in values],
                    }
                ],
            },
            **DIMENSIONS,
            **values,
        }
        self._write(json.dumps(told, separators=(",", ":")) + "\n")


def spread(latencies: Counter[int]) -> list[float]:
    """Up to a hundred latencies in milliseconds that stand for all: evenly ranked, ends included.

    All of them where they are no more than that. They have the percentiles of all; how many they
    stand for is what `Requests` says.
    """
    total = latencies.total()
    chosen = min(total, MOST_VALUES)
    ranks = [i * (total - 1) // max(chosen - 1, 1) for i in range(chosen)]
    found: list[float] = []
    below = 0
    for step, count in sorted(latencies.items()):
        below += count
        while len(found) < chosen and ranks[len(found)] < below:
            found.append(round((exp((step + 0.5) / _STEPS) - 1) / 1000, 3))
    return found


def _unit(name: str) -> str:
    return "Milliseconds" if name.endswith("Ms") else "Count"
