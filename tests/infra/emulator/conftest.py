"""What the tests of a running emulator need."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from ishizue.testing.emulator import PYTHON, Emulator, running
from ishizue_ops.emulator.__main__ import EXTENSION
from ishizue_ops.emulator.rehearsal import Rehearsal
from ishizue_ops.project import read

needs_emulator = pytest.mark.skipif(
    not PYTHON.exists(), reason="the emulator is not installed: make test-all installs it"
)


class Deploy(Protocol):
    """`deploy(DATABASE="rds")`: the first deployment with these settings, on an empty account."""

    def __call__(self, **settings: str) -> Rehearsal: ...


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """An empty account, which this process calls instead of AWS."""
    with running(EXTENSION, TYPES="") as started:
        started.enter(monkeypatch)
        yield started


@pytest.fixture
def deploy(emulator: Emulator, tmp_path: Path) -> Deploy:
    def deployed(**settings: str) -> Rehearsal:
        log = tmp_path / "cdk.log"
        environ = dict(os.environ)
        rehearsal = Rehearsal(read(settings), folder=emulator.folder, log=log, environ=environ)
        rehearsal.first_deployment()
        return rehearsal

    return deployed
