"""Programs pinned to a core: their start and end, their CPU time and their memory."""

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ishizue.processes import descendants

SERVER_CORE, CLIENT_CORE = 0, 1


class Failed(Exception):
    """The measurement failed; the message says why."""


@contextmanager
def program(
    command: Sequence[str | Path], core: int = SERVER_CORE, *, first: bool = False, **options: Any
) -> Iterator["subprocess.Popen[str]"]:
    """A program on a core during the block; it ends with this process, too.

    With `first`, the kernel runs it before all others, which takes root's rights.
    """
    on_core = ["setpriv", "--pdeathsig", "TERM", "taskset", "-c", str(core)]
    on_core += ["chrt", "--fifo", "1"] if first and os.geteuid() == 0 else []
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} | options
    process = subprocess.Popen([*on_core, *command], stdin=subprocess.DEVNULL, text=True, **options)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
        process.communicate()


def output(process: "subprocess.Popen[str]", seconds: float) -> str:
    """Wait for the end of a program. Raises Failed if it fails or takes longer."""
    try:
        printed, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise Failed(f"{process.args!r} does not end") from None
    if process.returncode:
        raise Failed(f"{process.args!r} failed: {printed.strip()}")
    return str(printed)


def cpu_seconds(pid: int) -> float:
    """The CPU time of a process and its children so far."""
    ticks = 0
    for member in (pid, *descendants(pid)):
        times = _read(member, "stat").rpartition(")")[2].split()
        ticks += sum(map(int, times[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def pss(pid: int) -> float:
    """The memory of a process and its children in MB, shared pages in proportion."""
    texts = [_read(member, "smaps_rollup") for member in (pid, *descendants(pid))]
    return sum(map(int, re.findall(r"(?m)^Pss: +(\d+) kB", "".join(texts)))) * 1024 / 1e6


def _read(pid: int, file: str) -> str:
    """A file of a process in /proc; empty once the process has ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/{file}").read_text()
    return ""
