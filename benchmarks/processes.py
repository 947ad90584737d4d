"""Programs on a core of their own, what they cost, and their sure end."""

import os
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

SERVER_CORE, CLIENT_CORE = 0, 1

_POLL_SECONDS = 0.01


class Failed(Exception):
    """The measurement cannot go on; the message says why."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A program that ran to its end: what it printed, its CPU time and its wall time in seconds."""

    output: str
    cpu_seconds: float
    seconds: float


def _on(core: int) -> list[str]:
    """What starts a program on a core, and ends it should this process be killed."""
    return ["setpriv", "--pdeathsig", "TERM", "taskset", "-c", str(core)]


class CoreWatch:
    """How much of a core's time was spent, by anything, since this was made."""

    def __init__(self, core: int) -> None:
        self._core = core
        self._began = self._times()

    def share(self) -> float:
        """From 0 to 1."""
        spent, idle = (now - then for now, then in zip(self._times(), self._began, strict=True))
        return spent / max(spent + idle, 1)

    def _times(self) -> tuple[int, int]:
        for line in Path("/proc/stat").read_text().splitlines():
            name, *numbers = line.split()
            if name == f"cpu{self._core}":
                times = list(map(int, numbers[:8]))
                idle = times[3] + times[4]
                return sum(times) - idle, idle
        raise Failed(f"there is no core {self._core}")


class Client:
    """A load generator on a core. `finish` waits for it; leaving the block ends it in any case."""

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
        """Raises Failed where it fails, or does not end within the patience."""
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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _end(self._process)
        assert self._process.stdout
        self._process.stdout.close()


@contextmanager
def serving(
    command: Sequence[str | Path], core: int, log: Path, environment: Mapping[str, str] = os.environ
) -> Iterator[int]:
    """A server on a core while the block runs; its process id."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*_on(core), *command],
            stdin=subprocess.DEVNULL,
            # Where requests are told of, gigabytes of it: what keeps them is not the server's work.
            stdout=subprocess.DEVNULL,
            stderr=output,
            env=dict(environment),
        )
    try:
        yield process.pid
        if process.poll() is not None:
            raise Failed(f"{command[0]} ended by itself: {log.read_text()[-2000:]}")
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


class PeakMemory:
    """The most that a process and its children held together, in MB, while the block ran."""

    def __init__(self, pid: int) -> None:
        self.pss = 0.0
        self.rss = 0.0
        self._pid = pid
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.5):
            pss, rss = 0.0, 0.0
            for pid in _family(self._pid):
                held = _held(pid)
                pss, rss = pss + held["Pss"], rss + held["Rss"]
            self.pss, self.rss = max(self.pss, pss), max(self.rss, rss)


def cpu_seconds(pid: int) -> tuple[float, float]:
    """What a process and its children have spent so far: in user mode, and in the kernel."""
    user = kernel = 0
    for member in _family(pid):
        times = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        user, kernel = user + int(times[11]), kernel + int(times[12])
    ticks = os.sysconf("SC_CLK_TCK")
    return user / ticks, kernel / ticks


def _held(pid: int) -> dict[str, float]:
    """What a process holds, in MB; nothing once it is gone."""
    held = {"Pss": 0.0, "Rss": 0.0}
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return held
    for line in text.splitlines():
        name, _, rest = line.partition(":")
        if name in held:
            held[name] = int(rest.split()[0]) * 1024 / 1_000_000
    return held


def _family(pid: int) -> list[int]:
    family = [pid]
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = file.read_text().split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        for child in children:
            family += _family(int(child))
    return family
