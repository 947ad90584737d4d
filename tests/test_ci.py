"""`.ci/run` and the two phases of the tests: a failure in one part does not hide the others."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = ["check audit", "test", "test-rest"]


@pytest.mark.parametrize("part", PARTS)
def test_every_part_runs_even_if_one_fails(part: str, tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci")
    make = f'echo "$*" >>called; case "$*" in *" {part}" | "{part}") exit 1; esac'
    for name, script in ((".ci/install", ""), ("make", make)):
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    done = subprocess.run(
        [tmp_path / ".ci" / "run"], env={"PATH": path}, capture_output=True, text=True
    )
    _, *called = (tmp_path / "called").read_text().splitlines()
    assert sorted(line.removeprefix("--keep-going ") for line in called) == PARTS
    assert (done.returncode, done.stderr) == (1, f"Failed: make {part}\n")


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
