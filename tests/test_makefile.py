"""What make runs in a fresh clone, and what a failed installation leaves behind."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STAMPS = re.compile(r"^touch (\S+installed)$", re.MULTILINE)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The files that an installation needs, without an environment."""
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    return tmp_path


def make(clone: Path, *arguments: str) -> str:
    """Run make without the flags and variables of a make that runs these tests."""
    done = subprocess.run(
        ["make", *arguments],
        cwd=clone,
        env={name: value for name, value in os.environ.items() if "MAKE" not in name},
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize(
    ("target", "environments"),
    [
        ("run", ["run"]),
        ("test", ["run", "dev"]),
        ("deploy-emulated", ["run", "dev", "emulator"]),
        # portal
        ("bench", ["run", "dev", "bench"]),
        # /portal
        ("policies", ["run", "dev", "checkov"]),
    ],
)
def test_a_command_installs_only_what_it_needs(
    target: str, environments: list[str], clone: Path
) -> None:
    stamps = STAMPS.findall(make(clone, "-n", target))
    assert [re.split(r"[/.-]", stamp)[2] for stamp in stamps] == environments


def test_args_are_those_of_the_command_line(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARGS", "tests/of_a_make_that_runs_these")
    assert make(clone, "-n", "test").endswith("-m tests quick\n")
    assert make(clone, "-n", "test", "ARGS=a -k 'b or c'").endswith("pytest a -k 'b or c'\n")


def test_a_python_without_venv_is_reported_and_leaves_nothing(clone: Path) -> None:
    """Debian's Python without the package python3-venv."""
    python = clone / "python"
    python.write_text('#!/bin/sh\ncase "$*" in *ensurepip*) exit 1; esac\nexec python3 "$@"\n')
    python.chmod(0o755)
    done = subprocess.run(
        ["make", "run", f"PYTHON={python}"], cwd=clone, capture_output=True, text=True, timeout=20
    )
    assert done.returncode
    assert "python3-venv" in done.stderr
    assert not (clone / ".venv").exists()


def test_a_failed_installation_shows_why_and_runs_again_next_time(clone: Path) -> None:
    (clone / ".venv" / "bin").mkdir(parents=True)
    python = clone / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    (clone / "requirements" / "build.txt").write_text("no-such-package==1 --hash=sha256:00\n")
    done = subprocess.run(
        ["make", "run"],
        cwd=clone,
        env={**os.environ, "PIP_NO_INDEX": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "No matching distribution found for no-such-package==1" in done.stderr
    assert list((clone / ".venv").glob("*installed")) == []
