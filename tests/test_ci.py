"""The two phases of the tests: a failure or a skip in one is not hidden by the other."""

import os
import subprocess
import sys
from collections import Counter
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


def test_the_suite_that_ci_starts_sooner_is_all_that_remaining_leaves_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started = list[tuple[str, str]]()

    def run(at: Path, *options: str) -> int:
        started.append((at.name, options[options.index("-m") + 1]))
        return 0

    monkeypatch.setattr(runner, "_pytest", run)
    with monkeypatch.context() as patch:
        patch.setattr(runner, "BESIDE", None)
        runner.main("remaining")
    in_one_go = sorted(started)
    started.clear()
    runner.beside()
    runner.main("remaining")
    assert sorted(started) == in_one_go


def run_tests(folder: Path, ci: str) -> subprocess.CompletedProcess[str]:
    """A folder's tests with the packages' plugin, on CI or not."""
    command = [sys.executable, "-m", "pytest", "-q", "-pishizue.testing.plugin"]
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environ["CI"] = ci
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True)


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
def test_a_skipped_test_fails_on_ci(ci: str, code: int, tmp_path: Path) -> None:
    (tmp_path / "test_skips.py").write_text("import pytest\n\ndef test():\n    pytest.skip()\n")
    done = run_tests(tmp_path, ci)
    assert done.returncode == code, done.stdout


def test_the_last_lines_name_what_failed_in_any_suite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"ROOT": tmp_path, "_counts": Counter(), "_failed": []}.items():
        monkeypatch.setattr(runner, name, value)
    (tmp_path / "one" / "tests").mkdir(parents=True)
    for suite in (tmp_path, tmp_path / "one"):
        (suite / "pytest.ini").write_text("[pytest]")
    (tmp_path / "one" / "tests" / "test_a.py").write_text(
        "import pytest\n\n@pytest.fixture\ndef broken():\n    yield\n    assert False\n\n"
        "def test_well():\n    pass\n\n@pytest.mark.parametrize('n', [1, 2])\n"
        "def test_n(n):\n    assert n == 1\n\ndef test_error(broken):\n    pass\n\n"
        "def test_skips():\n    pytest.skip()\n"
    )
    (tmp_path / "test_b.py").write_text("import nothing_of_this_name\n")
    codes = [runner._pytest(tmp_path / "one", "-q"), runner._pytest(tmp_path, "-q", "test_b.py")]
    codes.append(runner._pytest(tmp_path, "--no-such-option"))
    assert codes == [1, 2, 4]
    assert runner.summary().splitlines() == [
        "FAILED .: pytest ended with 4",
        "FAILED one/tests/test_a.py::test_error",
        "FAILED one/tests/test_a.py::test_n[2]",
        "FAILED test_b.py::it was not collected",
        "2 passed, 4 failed, 1 skipped",
    ]
