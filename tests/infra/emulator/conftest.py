"""A running emulator with an empty account, which boto3's clients reach by default."""

from collections.abc import Iterator

import pytest

from infra.emulator import process
from infra.emulator.process import Emulator

needs_emulator = pytest.mark.skipif(
    not process.PYTHON.exists(), reason="the emulator is not installed: make test-all installs it"
)


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    with process.running() as running:
        for name, text in running.environ({}).items():
            monkeypatch.setenv(name, text)
        yield running
