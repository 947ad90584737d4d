"""Metrics in CloudWatch's embedded metric format: no agent, one line a minute.

The format is specified in the CloudWatch user guide. A metric is a number or up to 100 numbers,
from which CloudWatch computes statistics and percentiles.
"""

import asyncio
import json
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from math import exp
from math import log as ln

from ishizue.program import Program

log = logging.getLogger(__name__)

_MAX_VALUES = 100

_EVERY_SECONDS = 60
_STEPS = 50
"""Latencies are counted in this many steps per factor of e, 2 % each."""

Gauge = Callable[[], float | None]
"""Reads a value that goes up and down; None while there is none."""

Total = Callable[[], int]
"""Reads a count that only goes up."""


class Polled:
    """A gauge whose value has to be awaited, such as a count in the database.

    It is read every `every` seconds while metrics are reported. While reads fail it has no value.
    """

    def __init__(self, read: Callable[[], Awaitable[float]], every: float = 15) -> None:
        self._read = read
        self._every = every
        self._value: float | None = None
        self._error: Exception | None = None

    def __call__(self) -> float | None:
        """The last value. Raises what the last read raised."""
        if self._error:
            raise self._error.with_traceback(None)  # each raise adds to its traceback
        return self._value

    async def poll(self) -> None:
        """Read until this is cancelled."""
        while True:
            await asyncio.sleep(self._every)  # first too: the database may not be open yet
            try:
                self._value = await self._read()
                self._error = None
            except Exception as error:
                self._value = None
                self._error = error


class Metrics:
    """Counts a product's requests, errors (5xx) and latencies, and passes a line to `write`.

    The product's design shows them under these names.

    Without `requests`, as in a process that has none, the line has gauges and counters alone.
    """

    def __init__(
        self,
        write: Callable[[str], None],
        product: Program,
        environment: str | None = None,
        *,
        requests: bool = True,
    ) -> None:
        self._write = write
        self._requests = requests
        self._namespace = product.name
        self._service = f"{product.command}-{environment}" if environment else product.command
        self._errors = 0
        self._latencies: Counter[int] = Counter()
        self._sampled: dict[str, list[float]] = {}
        self._counters: Mapping[str, Total] = {}
        self._reported: dict[str, int] = {}
        self._failing: set[str] = set()

    def count(self, status: int, milliseconds: float) -> None:
        """Count one response."""
        self._latencies[int(ln(milliseconds * 1000 + 1) * _STEPS)] += 1
        if status >= 500:
            self._errors += 1

    @asynccontextmanager
    async def reporting(
        self, gauges: Mapping[str, Gauge], counters: Mapping[str, Total] | None = None
    ) -> AsyncIterator[None]:
        """Sample the gauges every second; report every minute and at the end of the block.

        Of each counter a report has what was added since the last one.
        """
        self._counters = counters or {}
        self._reported = self._totals()
        polls = (gauge.poll() for gauge in gauges.values() if isinstance(gauge, Polled))
        tasks = [asyncio.create_task(each) for each in (self._report(gauges), *polls)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
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
        """Sample the gauges once."""
        for name, gauge in gauges.items():
            if (value := self._read(name, gauge)) is not None:
                # As a number: of JSON's true, which a bool would be, CloudWatch makes no metric.
                self._sampled.setdefault(name, []).append(+value)

    def _read(self, name: str, source: Gauge | Total) -> float | None:
        """A gauge's value; None if it fails, which is logged once: one must not end all others."""
        try:
            value = source()
        except Exception as error:
            if name not in self._failing:
                log.error("the metric %s cannot be read: %r", name, error)
            self._failing.add(name)
            return None
        self._failing.discard(name)
        return value

    def report(self) -> None:
        """Write what was counted since the last report."""
        latencies, self._latencies = self._latencies, Counter()
        errors, self._errors = self._errors, 0
        sampled, self._sampled = self._sampled, {}
        before, self._reported = self._reported, self._totals()
        values: dict[str, float | list[float]] = {
            **({"Requests": latencies.total(), "Errors": errors} if self._requests else {}),
            **({"LatencyMs": spread(latencies)} if latencies else {}),
            **sampled,
            **{name: total - before.get(name, 0) for name, total in self._reported.items()},
        }
        document = {
            "_aws": {
                "Timestamp": int(time.time() * 1000),
                "CloudWatchMetrics": [
                    {
                        "Namespace": self._namespace,
                        "Dimensions": [["Service"]],
                        "Metrics": [{"Name": name, "Unit": _unit(name)} for name in values],
                    }
                ],
            },
            "Service": self._service,
            **values,
        }
        self._write(json.dumps(document, separators=(",", ":")) + "\n")

    def _totals(self) -> dict[str, int]:
        totals = {name: self._read(name, total) for name, total in self._counters.items()}
        # One that fails has not counted since.
        return {
            name: int(value) if value is not None else self._reported.get(name, 0)
            for name, value in totals.items()
        }


def spread(latencies: Counter[int]) -> list[float]:
    """Up to 100 latencies in ms with the percentiles of all: evenly ranked, with both ends.

    `Requests` says how many they stand for.
    """
    total = latencies.total()
    chosen = min(total, _MAX_VALUES)
    ranks = [i * (total - 1) // max(chosen - 1, 1) for i in range(chosen)]
    values: list[float] = []
    below = 0
    for step, count in sorted(latencies.items()):
        below += count
        while len(values) < chosen and ranks[len(values)] < below:
            values.append(round((exp((step + 0.5) / _STEPS) - 1) / 1000, 3))
    return values


def _unit(name: str) -> str:
    return "Milliseconds" if name.endswith("Ms") else "Count"
