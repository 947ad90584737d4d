"""What the tests of a running emulator need."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from ishizue_ops.emulator import process
from ishizue_ops.emulator.rehearsal import Rehearsal
from ishizue_ops.project import read

needs_emulator = pytest.mark.skipif(
    not process.PYTHON.exists(), reason="the emulator is not installed: make test-all installs it"
)


class Deploy(Protocol):
    """`deploy(DATABASE="rds")`: the first deployment with these settings, on an empty account."""

    def __call__(self, **settings: str) -> Rehearsal: ...


@pytest.fixture
def deploy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deploy]:
    with process.running() as emulator:
        environ = emulator.environ(os.environ)
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            monkeypatch.delenv(name)
        for name, text in environ.items():
            monkeypatch.setenv(name, text)

        def deployed(**settings: str) -> Rehearsal:
            rehearsal = Rehearsal(
                read(settings), folder=emulator.folder, log=tmp_path / "cdk.log", environ=environ
            )
            rehearsal.first_deployment()
            return rehearsal

        yield deployed
