"""Run the tests in two phases: in parallel, then those that need the machine to themselves.

    python -m tests PART [PYTEST OPTIONS]

The second phase runs even if the first fails.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence

import pytest

PARTS = {
    "quick": "not slow and not browser and not external and not long",
    "rest": "(slow or browser or external) and not long",
    "all": "(serial or not serial)",
}
WORKERS = "PYTEST_XDIST_AUTO_NUM_WORKERS"
"""xdist's variable; twice the cores where it is not set, since many tests wait for a process."""


def _pytest(*options: str) -> int:
    """pytest's exit code. Ctrl-C and SIGTERM interrupt it, and it ends what it started."""
    with subprocess.Popen([sys.executable, "-m", "pytest", *options]) as running:
        signal.signal(signal.SIGTERM, lambda *_: running.send_signal(signal.SIGINT))
        signal.signal(signal.SIGINT, lambda *_: None)  # the terminal sends it to pytest too
        return running.wait()


def main(part: str, options: Sequence[str] = ()) -> int:
    os.environ.setdefault(WORKERS, str(2 * (os.cpu_count() or 1)))
    # In the order of `conftest.py`, which knows more than xdist about how long a file takes.
    side_by_side = ("--numprocesses=auto", "--dist=loadfile", "--no-loadscope-reorder")
    parallel = _pytest("-m", f"not serial and {PARTS[part]}", *side_by_side, *options)
    if parallel == pytest.ExitCode.INTERRUPTED:
        return parallel
    serial = _pytest("-m", f"serial and {PARTS[part]}", *options)
    if serial == pytest.ExitCode.NO_TESTS_COLLECTED:
        return parallel
    return max(parallel, serial)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
