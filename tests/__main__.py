"""Run the tests of the packages and of the product in two phases: in parallel, then those that need
the machine to themselves.

    python -m tests PART [PYTEST OPTIONS]
    python -m tests beside [PYTEST OPTIONS]
    python -m tests some [PATH…] [PYTEST OPTIONS]

The second phase runs even if the first fails. `beside` runs one suite, which something else may run
beside, and `remaining` is the part without it. `some` runs these tests, each suite's in a pytest
of its own; without a path those of every suite. The last lines name what failed, and count.
"""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from xml.etree import ElementTree

import pytest

PARTS = {
    "quick": "not slow and not browser and not external and not long",
    "rest": "(slow or browser or external) and not long",
    "remaining": "not long",  # these two in one go, which starts workers and servers once
    "all": "(serial or not serial)",
}
ROOT = Path(__file__).parents[1]
PACKAGES = (
    ROOT / "packages" / "ishizue-ops",
    ROOT / "packages" / "ishizue",
    ROOT / "examples" / "bookshelf",
    ROOT / "examples" / "inbox",
)
"""Each has settings of pytest of its own, and runs as if no other product were installed."""

BESIDE = PACKAGES[0]
"""The suite that `beside` runs: a busy machine makes none of its tests fail."""

_PYTEST = [
    sys.executable,
    "-mpytest",
    "-pno:schemathesis",  # its plugin hides Hypothesis's counterexamples
]
# In their order: xdist would begin with the files of most tests, which are not the longest.
_IN_PARALLEL = ("--dist=loadfile", "--no-loadscope-reorder")

_CORES = os.cpu_count() or 1

_WITH_VALUE = ("-k", "-m", "-n", "-o", "-p", "-r", "-W")
"""Options of pytest whose value is the next argument."""

_running: set[subprocess.Popen[bytes]] = set()

_counts = Counter[str]()
_failed: list[str] = []
"""What all suites have found until now."""


def _pytest(suite: Path, *options: str, at_once: bool = False) -> int:
    """Return pytest's exit code. A package's output is printed after it, not amid the product's."""
    with TemporaryDirectory() as folder, TemporaryFile() as output:
        shown = None if at_once or suite == ROOT else output
        report = Path(folder) / "report.xml"
        command = [*_PYTEST, f"--junitxml={report}", *options]
        with subprocess.Popen(command, cwd=suite, stdout=shown, stderr=shown) as running:
            _running.add(running)
            code = running.wait()
            _running.remove(running)
        output.seek(0)
        print(output.read().decode(), end="", flush=True)
        _count(suite, report, code)
    return code


def _count(suite: Path, report: Path, code: int) -> None:
    """Add what a pytest reported; one that ended without a report counts as a failure."""
    if not report.exists():
        _counts["failed"] += 1
        _failed.append(f"{suite.relative_to(ROOT)}: pytest ended with {code}")
        return
    for case in ElementTree.parse(report).iter("testcase"):
        found = {child.tag for child in case}
        module, test = case.get("classname"), case.get("name", "")
        if not module:  # it could not be imported
            module, test = test, "it was not collected"
        name = f"{module.replace('.', '/')}.py::{test}"
        if found & {"failure", "error"}:
            _counts["failed"] += 1
            _failed.append(str(suite.relative_to(ROOT) / name))
        else:
            _counts["skipped" if "skipped" in found else "passed"] += 1


def summary() -> str:
    """What failed, a line each, and the line of all suites."""
    counts = "{passed} passed, {failed} failed".format_map(_counts)
    skipped = f", {_counts['skipped']} skipped" if _counts["skipped"] else ""
    return "\n".join([*(f"FAILED {name}" for name in sorted(_failed)), counts + skipped])


def _one_after_the_other(suites: Iterable[Path], *options: str) -> int:
    worst = 0
    for suite in suites:
        code = _pytest(suite, *options)
        if code == pytest.ExitCode.INTERRUPTED:
            return code
        if code != pytest.ExitCode.NO_TESTS_COLLECTED:
            worst = max(worst, code)
    return worst


def main(part: str, options: Sequence[str] = ()) -> int:
    chosen = PARTS[part]
    suites = [suite for suite in PACKAGES if (part, suite) != ("remaining", BESIDE)]
    with ThreadPoolExecutor() as pool:

        def start(suites: Sequence[Path], tests: str, workers: int) -> Future[int]:
            spread = (f"--numprocesses={workers}", *_IN_PARALLEL)
            return pool.submit(_one_after_the_other, suites, "-m", tests, *spread, *options)

        # More workers than cores, since many tests wait for a process.
        product = start((ROOT,), f"not serial and {chosen}", _CORES + 1)
        packages = start(suites, f"not serial and {chosen}", _CORES)
    codes = (product.result(), packages.result())
    if pytest.ExitCode.INTERRUPTED in codes:
        return pytest.ExitCode.INTERRUPTED
    serial = (ROOT, PACKAGES[0])  # the other packages have no serial tests
    return max(*codes, _one_after_the_other(serial, "-m", f"serial and {chosen}", *options))


def some(arguments: Sequence[str]) -> int:
    """Run the tests that these arguments of pytest choose, suite by suite."""
    chosen: dict[Path, list[str]] = {suite: [] for suite in (ROOT, *PACKAGES)}
    options = list[str]()
    for before, argument in pairwise(["", *arguments]):
        file, mark, test = argument.partition("::")
        path = (ROOT / file).resolve()
        if argument.startswith("-") or before in _WITH_VALUE or not path.exists():
            options.append(argument)
            continue
        suite = next((package for package in PACKAGES if path.is_relative_to(package)), ROOT)
        chosen[suite].append(f"{path.relative_to(suite)}{mark}{test}")
    asked = [suite for suite, paths in chosen.items() if paths] or list(chosen)
    codes = [_pytest(suite, *chosen[suite], *options, at_once=True) for suite in asked]
    ran = [code for code in codes if code != pytest.ExitCode.NO_TESTS_COLLECTED]
    return max(ran, default=int(pytest.ExitCode.NO_TESTS_COLLECTED))


def beside(options: Sequence[str] = ()) -> int:
    """Run what `remaining` leaves out."""
    tests = f"not serial and {PARTS['remaining']}"
    return _pytest(BESIDE, "-m", tests, f"--numprocesses={_CORES}", *_IN_PARALLEL, *options)


def _interrupt(*_: object) -> None:
    """Have pytest end what it started."""
    for each in tuple(_running):
        each.send_signal(signal.SIGINT)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, lambda *_: None)  # the terminal sends it to pytest too
    part, *given = sys.argv[1:]
    if part == "some":
        code = some(given)
    else:
        code = beside(given) if part == "beside" else main(part, given)
    print(summary())
    sys.exit(code)
