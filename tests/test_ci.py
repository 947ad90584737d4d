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
@pytest.mark.parametrize("suite", [runner.ROOT, *runner.PACKAGES], ids=lambda suite: suite.name)
def test_a_failure_in_either_phase_of_a_suite_counts(
    parallel: int, serial: int, code: int, suite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(at: Path, *options: str) -> int:
        if "-m" in options and options[options.index("-m") + 1].startswith("serial"):
            return serial
        return parallel if at == suite else 0

    monkeypatch.setattr(runner, "_pytest", run)
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
