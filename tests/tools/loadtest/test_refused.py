"""A refused write is not done, and the audit finds one that is done nevertheless."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from kirosample.storage.batching import Batcher
from kirosample.storage.errors import QueueFull
from tools.loadtest import workload
from tools.loadtest.ledger import Audit, Ledger
from tools.loadtest.sandbox import ServerProcess


@pytest.fixture
def migrated(database: str, tmp_path: Path) -> str:
    asyncio.run(ServerProcess(database, tmp_path / "migrate.log").migrate())
    return database


def overflowed(dsn: str, number: int) -> Audit:
    """The audit of so many writes at once."""
    ledger = Ledger()
    ledger.record(asyncio.run(workload.overflow(dsn, number)))
    return ledger.audit(dsn)


def test_writes_beyond_the_queue_are_refused_and_not_done(
    migrated: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = Batcher.__init__

    def small(self: Batcher[Any], run: Any, **sizes: Any) -> None:
        usual(self, run, **(sizes | {"queue_size": 20}))

    monkeypatch.setattr(Batcher, "__init__", small)
    audit = overflowed(migrated, 50)
    assert not audit.failures()
    assert (audit.sent, audit.acknowledged, audit.found) == (50, 20, 20)


def test_a_refused_write_that_is_done_is_found(
    migrated: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual, submitted = Batcher.submit, []

    def submit(self: Batcher[Any], change: Any) -> Any:
        """Queue every write, and refuse every second one nevertheless."""
        submitted.append(usual(self, change))
        if len(submitted) % 2:
            raise QueueFull
        return submitted[-1]

    monkeypatch.setattr(Batcher, "submit", submit)
    audit = overflowed(migrated, 10)
    assert audit.failures() == ["5 refused writes are done"]
    assert (audit.acknowledged, audit.found) == (5, 10)
