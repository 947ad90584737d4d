"""`.ci/run` and the two phases of the tests: a failure in one part does not hide the others."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PARTS = ["check audit", "test", "test-rest"]


def run(folder: Path, *, fails: str = "") -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """The result of `.ci/run`, and the targets of each call of make; those in `fails` fail."""
    log = folder / "called"
    make = f'echo "$*" >>{log}; test "$*" != "{fails}" && test "$*" != "--keep-going {fails}"'
    compose = 'test "$1 $2" = "compose version" && echo 5.1.3'
    programs = {"make": make, "docker": compose}
    programs |= dict.fromkeys(("sudo", "apt-cache", "apt-get"), "exit 0")
    for name in ("bash", "dirname", "env", "id", "nice"):
        folder.joinpath(name).symlink_to(str(shutil.which(name)))
    for name, script in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    done = subprocess.run(
        [ROOT / ".ci" / "run"], env={"PATH": str(folder)}, capture_output=True, text=True
    )
    return done, [line.removeprefix("--keep-going ") for line in log.read_text().splitlines()]


@pytest.mark.parametrize("part", PARTS)
def test_every_part_runs_even_if_one_fails(part: str, tmp_path: Path) -> None:
    done, (first, *others) = run(tmp_path, fails=part)
    assert first == ".venv/dev.installed .venv-emulator/installed"  # before two run at once
    assert sorted(others) == PARTS
    assert (done.returncode, done.stderr) == (1, f"Failed: make {part}\n")


def test_it_stops_if_the_environments_cannot_be_installed(tmp_path: Path) -> None:
    done, called = run(tmp_path, fails=".venv/dev.installed .venv-emulator/installed")
    assert done.returncode == 1
    assert len(called) == 1


def test_github_runs_the_same_targets_in_one_job_each() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["targets"] == PARTS
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert {target for part in PARTS for target in part.split()} <= set(targets)


SUITE = """
import pytest

def test_quick():
    pass

@pytest.mark.serial
def test_serial():
    assert {serial}

@pytest.mark.slow
@pytest.mark.external
def test_slow():
    assert {slow}

@pytest.mark.long
def test_long():
    pytest.skip("no reason")
"""


@pytest.mark.parametrize(
    ("part", "passing", "code", "said"),
    [
        ("quick", {"serial": True, "slow": False}, 0, "1 slow, external"),
        ("rest", {"serial": False, "slow": True}, 0, "1 passed"),
        ("all", {"serial": False, "slow": True}, 1, "::test_serial"),
        ("all", {"serial": True, "slow": False}, 1, "::test_slow"),
        ("all", {"serial": True, "slow": True}, 1, "no reason"),
    ],
)
def test_each_phase_runs_and_each_failure_or_skip_counts(
    part: str, passing: dict[str, bool], code: int, said: str, tmp_path: Path
) -> None:
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "test_all.py").write_text(SUITE.format(**passing))
    done = subprocess.run(
        [sys.executable, "-m", "tests", part, f"--rootdir={tmp_path}", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTEST_XDIST_AUTO_NUM_WORKERS": "1", "CI": "true"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == code, done.stdout
    assert said in done.stdout
