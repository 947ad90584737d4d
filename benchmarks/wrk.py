"""The load generator: wrk with one thread, on the clients' core."""

import re
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from benchmarks.processes import CLIENT_CORE, Failed, cpu_seconds, output, program
from benchmarks.runs import Run
from benchmarks.servers import Task

CONNECTIONS = 64

_SCRIPT = Path(__file__).with_name("wrk.lua")
_MAX_REQUESTS = 60_000  # of a file


@contextmanager
def running(
    task: Task,
    path: str,
    seconds: int,
    requests: Path | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    connections: int = CONNECTIONS,
    pause_ms: int = 0,
    statuses: bool = False,
    first: bool = False,
) -> Iterator[Callable[..., Run]]:
    """Request one path over and over, or those of a file; yields what ends it.

    A connection pauses between a response and its next request. Counting the statuses takes the
    client's time. With `first`, the kernel runs it before other clients.
    """
    command: list[str | Path] = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s"]
    command += ["--timeout", "20s", "-s", _SCRIPT, f"http://127.0.0.1:{task.port}{path}"]
    command += [part for item in (headers or {}).items() for part in ("-H", ": ".join(item))]
    script = [requests or "-", str(pause_ms), *["count"] * statuses]
    spent = cpu_seconds(task.pid)
    with program([*command, "--", *script], CLIENT_CORE, first=first) as process:

        def finish(*, now: bool = False) -> Run:
            if now:
                process.send_signal(signal.SIGINT)
            return run_of(output(process, seconds + 20), cpu_seconds(task.pid) - spent)

        yield finish


def write(file: Path, requests: Iterable[bytes]) -> Path:
    """Fill a file for wrk, which starts from the first again after the last request."""
    with file.open("wb") as out:
        out.writelines(request + b"\0" for request in islice(requests, _MAX_REQUESTS))
    return file


def run_of(text: str, cpu_seconds: float = 0) -> Run:
    """A run in responses a second, by the lines that `wrk.lua` prints. Raises Failed without."""
    counts = {name: int(count) for count, name in re.findall(r"(?m)^counted (\d+) (.*)", text)}
    if not counts:
        raise Failed(f"wrk printed no counts: {text}")
    names = ("error status", "no response")
    faults = tuple(f"{counts[name]} × {name}" for name in names if counts[name])
    responses = max(counts["responses"], 1)
    note = f"99 % within {counts['p99_us'] / 1000:.1f} ms"
    cpu_ms = cpu_seconds / responses * 1000
    return Run(responses / counts["us"] * 1e6, faults, note, cpu_ms, counts)


def wrong_length(run: Run, size: int) -> tuple[str, ...]:
    """A fault unless each response has this many bytes; some are cut off at the end."""
    counts = run.counts
    if abs(counts["bytes"] - counts["responses"] * size) <= CONNECTIONS * size:
        return ()
    return (f"{counts['bytes'] / max(counts['responses'], 1):.0f} bytes a response, not {size}",)
