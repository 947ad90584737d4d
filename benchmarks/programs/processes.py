"""Programs pinned to a core, their cost, and that they end."""

import os
import re
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

SERVER_CORE, CLIENT_CORE = 0, 1

_POLL_SECONDS = 0.01


class Failed(Exception):
    """The measurement failed; the message says why."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A finished program: its output, CPU seconds and wall-clock seconds."""

    output: str
    cpu_seconds: float
    seconds: float


def _on(core: int) -> list[str]:
    """A command prefix that pins a program to a core and ends it if this process is killed."""
    return ["setpriv", "--pdeathsig", "TERM", "taskset", "-c", str(core)]


class CoreWatch:
    """The load of a core since this object was created."""

    def __init__(self, core: int) -> None:
        self._core = core
        self._began = self._times()

    def share(self) -> float:
        """From 0 to 1."""
        spent, idle = (now - then for now, then in zip(self._times(), self._began, strict=True))
        return spent / max(spent + idle, 1)

    def _times(self) -> tuple[int, int]:
        text = Path("/proc/stat").read_text()
        match = re.search(rf"^cpu{self._core} (.*)", text, re.MULTILINE)
        if not match:
            raise Failed(f"there is no core {self._core}")
        times = list(map(int, match[1].split()[:8]))
        idle = times[3] + times[4]
        return sum(times) - idle, idle


class Client:
    """A load generator on a core. Leaving the block ends it."""

    def __init__(self, command: Sequence[str | Path], core: int) -> None:
        self._name = str(command[0])
        self._began = time.monotonic()
        self._process = subprocess.Popen(
            [*_on(core), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def finish(self, patience: float) -> Ended:
        """Wait for its end. Raises Failed if it fails or takes longer than the patience."""
        while True:
            pid, status, usage = os.wait4(self._process.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > self._began + patience:
                raise Failed(f"{self._name} does not end")
            time.sleep(_POLL_SECONDS)
        seconds = time.monotonic() - self._began
        self._process.returncode = os.waitstatus_to_exitcode(status)
        assert self._process.stdout
        output = self._process.stdout.read()
        if self._process.returncode:
            raise Failed(f"{self._name} failed: {output.strip()}")
        return Ended(output, usage.ru_utime + usage.ru_stime, seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        _end(self._process)
        assert self._process.stdout
        self._process.stdout.close()


@contextmanager
def serving(
    command: Sequence[str | Path], core: int, log: Path, environment: Mapping[str, str] = os.environ
) -> Iterator[int]:
    """The process id of a server on a core during the block."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*_on(core), *command],
            stdin=subprocess.DEVNULL,
            # The log of requests: gigabytes, whose storage is not the server's work.
            stdout=subprocess.DEVNULL,
            stderr=output,
            env=dict(environment),
        )
    try:
        yield process.pid
        if process.poll() is not None:
            raise Failed(f"{command[0]} exited early: {log.read_text()[-2000:]}")
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes] | subprocess.Popen[str]") -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@dataclass(slots=True)
class Memory:
    """In MB; `rss` counts shared pages in full."""

    pss: float = 0.0
    rss: float = 0.0


@contextmanager
def peak_memory(pid: int) -> Iterator[Memory]:
    """The peak memory of a process and its children during the block, read twice a second."""
    peak, stop = Memory(), threading.Event()

    def watch() -> None:
        while not stop.wait(0.5):
            held = [_held(member) for member in _family(pid)]
            peak.pss = max(peak.pss, sum(pss for pss, _ in held))
            peak.rss = max(peak.rss, sum(rss for _, rss in held))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        stop.set()
        thread.join()


def cpu_seconds(pid: int) -> tuple[float, float]:
    """The CPU time of a process and its children so far, in user mode and in the kernel."""
    user = kernel = 0
    for member in _family(pid):
        times = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        user, kernel = user + int(times[11]), kernel + int(times[12])
    ticks = os.sysconf("SC_CLK_TCK")
    return user / ticks, kernel / ticks


def _held(pid: int) -> tuple[float, ...]:
    """The PSS and RSS of a process in MB; 0 once it has ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        found = dict(re.findall(r"^(Pss|Rss): +(\d+) kB", text, re.MULTILINE))
        return tuple(int(found[name]) * 1024 / 1e6 for name in ("Pss", "Rss"))
    return 0.0, 0.0


def _family(pid: int) -> list[int]:
    family = [pid]
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            for child in file.read_text().split():
                family += _family(int(child))
    return family
