"""Run the tests of the packages and of the product in two phases: in parallel, then those that
need the machine to themselves.

    python -m tests PART [PYTEST OPTIONS]

The second phase runs even if the first fails.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

PARTS = {
    "quick": "not slow and not browser and not external and not long",
    "rest": "(slow or browser or external) and not long",
    "all": "(serial or not serial)",
}
ROOT = Path(__file__).parents[1]
SUITES = (
    ROOT / "packages" / "ishizue",
    ROOT / "packages" / "ishizue-ops",
    ROOT / "examples" / "bookshelf",
    ROOT,
)
"""Each has its own settings of pytest, and runs as if the others' products were not installed."""

WORKERS = "PYTEST_XDIST_AUTO_NUM_WORKERS"
"""xdist's variable; twice the cores where it is not set, since many tests wait for a process."""


_PYTEST = [
    *(sys.executable, "-m", "pytest"),
    "-pno:schemathesis",  # its plugin hides Hypothesis's counterexamples
]


def _pytest(suite: Path, *options: str) -> int:
    """pytest's exit code. Ctrl-C and SIGTERM interrupt it, and it ends what it started."""
    with subprocess.Popen([*_PYTEST, *options], cwd=suite) as running:
        signal.signal(signal.SIGTERM, lambda *_: running.send_signal(signal.SIGINT))
        signal.signal(signal.SIGINT, lambda *_: None)  # the terminal sends it to pytest too
        return running.wait()


def main(part: str, options: Sequence[str] = ()) -> int:
    os.environ.setdefault(WORKERS, str(2 * (os.cpu_count() or 1)))
    # In their order: xdist would begin with the files of most tests, which are not the longest.
    side_by_side = ("--numprocesses=auto", "--dist=loadfile", "--no-loadscope-reorder")
    phases = (("not serial", side_by_side), ("serial", ()))
    worst = 0
    for marker, workers in phases:
        for suite in SUITES:
            code = _pytest(suite, "-m", f"{marker} and {PARTS[part]}", *workers, *options)
            if code == pytest.ExitCode.INTERRUPTED:
                return code
            if code != pytest.ExitCode.NO_TESTS_COLLECTED:
                worst = max(worst, code)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
