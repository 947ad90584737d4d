"""A Bookshelf, by the command and in the process of the tests."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.new.__main__ import ANSWERS, main

ROOT = Path(__file__).parents[3]

New = Callable[..., int]
"""Runs the command with these answers; returns its exit code."""


def make_new(**answers: str) -> subprocess.CompletedProcess[str]:
    """The command with these answers, without those of the environment."""
    return subprocess.run(
        [sys.executable, "-m", "tools.new"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **answers},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="session")
def bookshelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository of a new service; tests do not change it."""
    dest = tmp_path_factory.mktemp("new") / "bookshelf"
    done = make_new(NAME="bookshelf", DEST=str(dest), REPOSITORY="reader/bookshelf")
    assert done.returncode == 0, done.stderr
    return dest


@pytest.fixture
def new(monkeypatch: pytest.MonkeyPatch) -> New:
    """The command in this process, without what takes it long: prices and drawings."""
    monkeypatch.setattr("tools.new.generated.write", lambda _: None)

    def run(**answers: str) -> int:
        for name in (*ANSWERS, "DEST", "UPDATE"):
            monkeypatch.setenv(name, answers.get(name, ""))
        return main()

    return run


@pytest.fixture
def service(new: New, tmp_path: Path) -> Path:
    """The repository of a new service, which a test may change."""
    assert new(NAME="bookshelf", DEST=str(tmp_path / "bookshelf")) == 0
    return tmp_path / "bookshelf"
