"""A Bookshelf, generated once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


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
