"""The new service passes its own checks, and the tests that are its own.

`make new-check` runs all that its README promises, in environments of its own.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.__main__ import PARTS
from tests.tools.new.conftest import ROOT

OWN = ("tests/books", "tests/web")

pytestmark = pytest.mark.slow


def run(folder: Path, *command: str) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        env={
            **{key: value for key, value in os.environ.items() if not key.startswith("PYTEST")},
            "PYTHONPATH": str(folder / "src"),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-5000:]


def test_its_checks_pass(service: Path) -> None:
    """`make check` with this environment, and mypy's cache of the packages in it."""
    if (cache := ROOT / ".mypy_cache").exists():
        shutil.copytree(cache, service / ".mypy_cache")
    venv = Path(sys.prefix)
    run(service, "make", "check", f"VENV={venv}", f"--assume-old={venv}/dev.installed")


def test_its_own_tests_pass(service: Path) -> None:
    run(service, sys.executable, "-m", "pytest", "-m", PARTS["quick"], *OWN)
