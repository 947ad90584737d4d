"""A task of ours, started as an operator starts it."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.http import free_port, wait_for
from benchmarks.processes import SERVER_CORE, Failed, serving

TRUSTED_PROXIES = "127.0.0.0/8"
COOKIE_KEY = "a key for this measurement and no other"

_KIROSAMPLE = Path(sys.executable).with_name("kirosample")
_SERVE = (_KIROSAMPLE, "serve")


@dataclass(frozen=True, slots=True)
class Task:
    """A running `kirosample serve`."""

    port: int
    pid: int

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


def compile_modules() -> None:
    """Have what serving imports compiled, as the image has it: else each start compiles it."""
    subprocess.run(
        [sys.executable, "-c", "import kirosample.cli, kirosample.server, kirosample.share.worker"],
        env={k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
        check=True,
        timeout=60,
    )


def migrate(dsn: str) -> None:
    """`kirosample migrate`."""
    said = subprocess.run(
        [_KIROSAMPLE, "migrate"],
        env=_environment(dsn, free_port()),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if said.returncode:
        raise Failed(f"kirosample migrate: {said.stderr}")


@contextmanager
def started(
    dsn: str, log: Path, core: int = SERVER_CORE, command: Sequence[str | Path] = _SERVE
) -> Iterator[Task]:
    """`kirosample serve`, or what stands for it, from the moment that its process is there."""
    port = free_port()
    with serving(command, core, log, _environment(dsn, port)) as pid:
        yield Task(port, pid)


@contextmanager
def ready(dsn: str, log: Path, core: int = SERVER_CORE) -> Iterator[Task]:
    """`kirosample serve`, once it serves favorites too."""
    with started(dsn, log, core) as task:
        wait_for(task.port, "/readyz", 30)
        yield task


def _environment(dsn: str, port: int) -> dict[str, str]:
    """The operator's settings; all others as they are by default."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("KIROSAMPLE_")
    }
    return {
        **inherited,
        "PORT": str(port),
        "DATABASE_URL": dsn,
        "KIROSAMPLE_COOKIE_KEYS": COOKIE_KEY,
        "KIROSAMPLE_TRUSTED_PROXIES": TRUSTED_PROXIES,
    }
