"""The two phases of the tests: a failure or a skip in one is not hidden by the other."""

import os
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
@pytest.mark.parametrize("suite", range(len(runner.SUITES)))
def test_a_failure_in_either_phase_of_a_suite_counts(
    parallel: int, serial: int, code: int, suite: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    others, own = [0] * len(runner.SUITES), slice(suite, suite + 1)
    in_parallel, in_series = list(others), list(others)
    in_parallel[own], in_series[own] = [parallel], [serial]
    phases = iter((*in_parallel, *in_series))
    monkeypatch.setattr(runner, "_pytest", lambda *_: next(phases))
    assert runner.main("quick") == code


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
def test_a_skipped_test_fails_on_ci(ci: str, code: int, tmp_path: Path) -> None:
    (tmp_path / "test_skips.py").write_text("import pytest\n\ndef test():\n    pytest.skip()\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-pishizue.testing.plugin"],
        cwd=tmp_path,
        env={**os.environ, "CI": ci},
        capture_output=True,
        text=True,
    )
    assert done.returncode == code, done.stdout
