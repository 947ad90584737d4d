"""The two phases of the tests: a failure or a skip in one is not hidden by the other."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tests.__main__ as runner

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("parallel", "serial", "code"),
    [(0, 0, 0), (0, 5, 0), (1, 0, 1), (1, 5, 1), (0, 1, 1), (0, 2, 2)],
)
def test_a_failure_in_either_phase_counts(
    parallel: int, serial: int, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    phases = iter((parallel, serial))
    monkeypatch.setattr(runner, "_pytest", lambda *_: next(phases))
    assert runner.main("quick") == code


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
def test_a_skipped_test_fails_on_ci(ci: str, code: int, tmp_path: Path) -> None:
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_skips.py").write_text("import pytest\n\ndef test():\n    pytest.skip()\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([f"{ROOT}/src", str(ROOT)]), "CI": ci},
        capture_output=True,
        text=True,
    )
    assert done.returncode == code, done.stdout
