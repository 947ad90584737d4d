"""`make test` lists what it leaves out; a failure in one phase does not hide the other."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

SUITE = """
import time
import pytest

def test_quick():
    pass

@pytest.mark.serial
def test_serial():
    assert {serial}

@pytest.mark.parametrize("n", range(3))
@pytest.mark.slow
@pytest.mark.external
def test_slow(n):
    assert {slow}

@pytest.mark.long
def test_long():
    pass
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A folder with one test of each kind, all of which pass."""
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["tests.parts"]\n')
    (tmp_path / "test_all.py").write_text(SUITE.format(serial=True, slow=True))
    return tmp_path


def started(suite: Path, part: str) -> subprocess.Popen[str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    options = [f"--rootdir={suite}"]
    # portal
    options.append("-pno:schemathesis")
    # /portal
    return subprocess.Popen(
        [sys.executable, "-m", "tests", part, *options, str(suite)],
        cwd=ROOT,
        env={**inherited, "PYTEST_XDIST_AUTO_NUM_WORKERS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(suite: Path, part: str) -> tuple[int, str]:
    with started(suite, part) as running:
        said = running.communicate()[0]
    return running.returncode, said


def test_quick_lists_last_what_it_leaves_out(suite: Path) -> None:
    code, said = run(suite, "quick")
    assert code == 0, said
    *_, heading, first, second, closing = filter(None, said.splitlines())
    assert "4 tests, run by make test-all" in heading
    assert {first.strip(), second.strip()} == {
        "1 test_all.py (long)",
        "3 test_all.py (slow, external)",
    }
    assert "1 passed" in closing


def test_rest_runs_what_quick_leaves_out_but_long_tests_and_all_runs_all(suite: Path) -> None:
    assert "3 passed" in run(suite, "rest")[1]
    assert run(suite, "rest")[0] == 0, "without serial tests it passes"
    said = run(suite, "all")[1]
    assert "5 passed" in said
    assert "1 passed" in said


@pytest.mark.parametrize(("serial", "slow"), [(False, True), (True, False), (False, False)])
def test_each_phase_runs_and_each_failure_counts(suite: Path, serial: bool, slow: bool) -> None:
    (suite / "test_all.py").write_text(SUITE.format(serial=serial, slow=slow))
    code, said = run(suite, "all")
    assert code == 1
    assert ("::test_serial" in said) is not serial
    assert ("::test_slow[2]" in said) is not slow


def test_sigterm_ends_the_tests_and_their_processes(suite: Path) -> None:
    (suite / "test_all.py").write_text(
        "import pathlib, subprocess, pytest\n"
        "@pytest.fixture\n"
        "def child():\n"
        "    with subprocess.Popen(['sleep', '600']) as process:\n"
        f"        pathlib.Path({str(suite)!r}, 'pid').write_text(str(process.pid))\n"
        "        yield process\n"
        "        process.kill()\n"
        "def test_waits(child):\n"
        "    child.wait()\n"
    )
    with started(suite, "quick") as running:
        deadline = time.monotonic() + 60
        while not (suite / "pid").exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=60)
    assert running.returncode == pytest.ExitCode.INTERRUPTED
    child = int((suite / "pid").read_text())
    while Path(f"/proc/{child}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
