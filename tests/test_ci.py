"""`.ci/run` and `make test-all` fail if one part does, and run the others nevertheless."""

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

@pytest.mark.serial
def test_serial():
    assert {serial}

def test_parallel():
    assert {parallel}

@pytest.mark.long
def test_long():
    pytest.skip("no reason")
"""


@pytest.mark.parametrize(
    ("passing", "said"),
    [
        ({"serial": False, "parallel": True}, "::test_serial"),
        ({"serial": True, "parallel": False}, "::test_parallel"),
        ({"serial": True, "parallel": True}, "no reason"),
    ],
)
def test_a_failure_in_either_phase_or_a_skip_fails(
    passing: dict[str, bool], said: str, tmp_path: Path
) -> None:
    for file in (ROOT / "tests" / "conftest.py", ROOT / "pyproject.toml"):
        shutil.copy(file, tmp_path)
    (tmp_path / "test_all.py").write_text(SUITE.format(**passing))
    done = subprocess.run(
        [sys.executable, "-m", "tests", "all", f"--rootdir={tmp_path}", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTEST_XDIST_AUTO_NUM_WORKERS": "1", "CI": "true"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stdout
    assert said in done.stdout
