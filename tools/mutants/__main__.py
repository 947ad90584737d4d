"""Change lines of code at random and count the changes that a test catches.

Works on a copy of the tracked files. Each mutant runs the tests that mirror its file.
"""

import argparse
import difflib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from random import Random

from tests.__main__ import PARTS
from tools.mutants.mutations import Mutation, mutations

ROOT = Path(__file__).parents[2]
_LINKED = (".venv-emulator", "build/npm")
_SOURCES = ("src", "packages/ishizue/src", "packages/ishizue-ops/src", ".")
_LEAST_TIMEOUT = 120.0


def draw(root: Path, files: Sequence[str], number: int, seed: int) -> list[tuple[str, Mutation]]:
    """So many lines of these files, each with one mutation."""
    chance = Random(seed)
    by_line: dict[tuple[str, int], list[Mutation]] = {}
    for file in files:
        for mutation in mutations((root / file).read_text(encoding="utf-8")):
            by_line.setdefault((file, mutation.line), []).append(mutation)
    drawn = chance.sample(sorted(by_line), min(number, len(by_line)))
    return [(file, chance.choice(by_line[file, line])) for file, line in drawn]


def mirrored(root: Path, file: str) -> list[str]:
    """The tests of the file's folder, or of the closest folder above it that has tests."""
    package, _, module = file.rpartition("src/")
    inside = module.partition("/")[2] if module != file else file
    folder = root / package / "tests" / inside.rpartition("/")[0]
    while not (tests := sorted(folder.glob("test_*.py"))):
        folder = folder.parent
    return [str(test.relative_to(root)) for test in tests]


class Tests:
    """Runs tests in a copy of the repository, and knows how long they take without a mutation."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._timeouts: dict[tuple[str, ...], float] = {}

    def catch(self, tests: Sequence[str]) -> bool:
        """Whether one of these tests fails or hangs, which without a mutation none does."""
        return self._run(tests, self._timeouts[tuple(tests)]) not in (0, 5)

    def measure(self, tests: Sequence[str]) -> None:
        if tuple(tests) in self._timeouts:
            return
        print(f"         {tests[0]} … without a mutation", flush=True)
        began = time.monotonic()
        if code := self._run(tests, 3600):
            sys.exit(f"the tests fail without a mutation (pytest exit code {code}): {tests}")
        self._timeouts[tuple(tests)] = max(_LEAST_TIMEOUT, 3 * (time.monotonic() - began))

    def _run(self, tests: Sequence[str], timeout: float) -> int:
        pytest = [sys.executable, "-m", "pytest", "-x", "-q", "-nauto", "--dist=loadfile"]
        suite = "/".join(tests[0].split("/")[:2]) if tests[0].startswith("packages/") else "."
        process = subprocess.Popen(
            [
                *pytest,
                "-p",
                "no:cacheprovider",
                "-m",
                PARTS["quick"],
                *(os.path.relpath(each, suite) for each in tests),
            ],
            cwd=self._root / suite,
            env={**os.environ, "PYTHONPATH": ":".join(str(self._root / at) for at in _SOURCES)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            return process.wait(timeout)
        except subprocess.TimeoutExpired:
            return -1
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def copy(root: Path, into: Path) -> list[str]:
    """Copy the tracked files and return their names."""
    listed = subprocess.check_output(["git", "-C", root, "ls-files", "-z"], text=True)
    files = [name for name in listed.split("\0") if name and (root / name).exists()]
    for name in files:
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / name, into / name)
    for name in _LINKED:
        if (root / name).exists():
            (into / name).parent.mkdir(exist_ok=True)
            (into / name).symlink_to(root / name)
    return files


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--lines", type=int, default=20, help="how many (default 20)")
    parser.add_argument("--seed", type=int, help="which lines (default: random)")
    parser.add_argument(
        "--of", nargs="+", default=["packages/", "src/", "infra/"], help="paths to change"
    )
    parser.add_argument("--whole", action="store_true", help="run all of make test on survivors")
    chosen = parser.parse_args()
    seed = secrets.randbelow(2**32) if chosen.seed is None else chosen.seed
    caught = 0
    with tempfile.TemporaryDirectory(prefix="kirosample-mutants-") as name:
        root = Path(name)
        root.chmod(0o755)  # PostgreSQL's account enters it
        tracked = copy(ROOT, root)
        code = [f for f in tracked if f.endswith(".py") and f.startswith(tuple(chosen.of))]
        drawn = draw(root, code, chosen.lines, seed)
        tests = Tests(root)
        for number, (file, mutation) in enumerate(drawn, 1):
            selections = [mirrored(root, file), *([["tests"]] if chosen.whole else [])]
            for selection in selections:
                tests.measure(selection)
            began, path = time.monotonic(), root / file
            original = path.read_text(encoding="utf-8")
            path.write_text(mutation.source, encoding="utf-8")
            os.utime(path, (number, number))  # distinct, so that no stale bytecode is used
            found = any(tests.catch(selection) for selection in selections)
            path.write_text(original, encoding="utf-8")
            os.utime(path, (-number, -number))
            caught += found
            verdict = "caught" if found else "SURVIVED"
            seconds = time.monotonic() - began
            print(f"{number:3}/{len(drawn)} {verdict:8} {file}:{mutation.line} ({seconds:.0f} s)")
            before, after = original.splitlines(), mutation.source.splitlines()
            for line in list(difflib.unified_diff(before, after, lineterm="", n=0))[3:]:
                print(f"        {line}", flush=True)
    print(f"{caught} of {len(drawn)} caught ({caught / max(1, len(drawn)):.0%}), seed {seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
