"""The two phases of the tests: a failure or a skip in one is not hidden by the other."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SUITE = """
import pytest

def test_parallel():
    {parallel}

@pytest.mark.serial
def test_serial():
    {serial}
"""


@pytest.mark.parametrize(
    ("parallel", "serial", "code"),
    [
        ("pass", "pass", 0),
        ("assert False", "pass", 1),
        ("pass", "assert False", 1),
        ("pass", "pytest.skip()", 1),
    ],
)
def test_each_failure_or_skip_counts(parallel: str, serial: str, code: int, tmp_path: Path) -> None:
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "test_all.py").write_text(SUITE.format(parallel=parallel, serial=serial))
    done = subprocess.run(
        [sys.executable, "-m", "tests", "quick", f"--rootdir={tmp_path}", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTEST_XDIST_AUTO_NUM_WORKERS": "1", "CI": "true"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == code, done.stdout
