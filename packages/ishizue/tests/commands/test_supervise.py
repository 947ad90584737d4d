"""A command of the Makefile passes its exit code on, and a signal leaves nothing of it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import ishizue
from ishizue.processes import running

SOURCE = Path(ishizue.__file__).parents[1]
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep({mark})"


def start(folder: Path, source: str) -> subprocess.Popen[str]:
    """Run this source as a command."""
    (folder / "command.py").write_text(source)
    return subprocess.Popen(
        [sys.executable, "-m", "ishizue.commands.supervise", "command", "an argument"],
        env={**os.environ, "PYTHONPATH": f"{SOURCE}{os.pathsep}{folder}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("source", "code", "out", "err"),
    [
        ("import sys; print(sys.argv[1:])", 0, "['an argument']\n", ""),
        ("import sys; sys.exit(3)", 3, "", ""),
        ("import sys; sys.exit('why')", 1, "", "why\n"),
    ],
)
def test_its_result_is_the_commands(
    source: str, code: int, out: str, err: str, tmp_path: Path
) -> None:
    with start(tmp_path, source) as command:
        assert command.communicate(timeout=30) == (out, err)
    assert command.returncode == code


@pytest.mark.parametrize(
    ("number", "wait"),
    [(signal.SIGINT, "time.sleep(60)"), (signal.SIGTERM, "asyncio.run(asyncio.sleep(60))")],
)
def test_a_signal_ends_it_with_what_it_started(
    number: signal.Signals, wait: str, tmp_path: Path
) -> None:
    """A child, and the child's own, which outlives it and ignores SIGTERM."""
    mark = str(10**9 + time.monotonic_ns() % 10**6)
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {STUBBORN!r}])"
    source = (
        "import asyncio, subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', {child.format(mark=mark)!r}])\n"
        f"try:\n  {wait}\nfinally:\n  child.kill()\n  print('cleaned up', flush=True)\n"
        "  raise OSError('of the cleanup')\n"
    )
    with start(tmp_path, source) as command:
        deadline = time.monotonic() + 30
        while len(running(mark)) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        command.send_signal(number)
        assert command.communicate(timeout=30) == ("cleaned up\nstopped\n", "")
    assert command.returncode == 128 + number
    assert running(mark) == []
