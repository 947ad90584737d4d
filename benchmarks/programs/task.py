"""A task started like an operator starts it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.programs.http import free_port, wait_for
from benchmarks.programs.processes import SERVER_CORE, Failed, serving

TRUSTED_PROXIES = "127.0.0.0/8"
COOKIE_KEY = "a key for this measurement and no other"

_DOCKERFILE = Path(__file__).parents[2] / "Dockerfile"
_KIROSAMPLE = Path(sys.executable).with_name("kirosample")
_SERVE = (_KIROSAMPLE, "serve")


@dataclass(frozen=True, slots=True)
class Task:
    port: int
    pid: int

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


def compile_modules() -> None:
    """Compile the modules that serving imports, as the image has them."""
    code = "import kirosample.cli, kirosample.http.server, kirosample.web.drawing.worker"
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=60)


def migrate(dsn: str) -> None:
    environment = _environment(dsn, free_port())
    command = (str(_KIROSAMPLE), "migrate")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise Failed(f"kirosample migrate: {done.stderr}")


@contextmanager
def started(
    dsn: str, log: Path, core: int = SERVER_CORE, command: Sequence[str | Path] = _SERVE
) -> Iterator[Task]:
    """`kirosample serve` or another command, as soon as its process runs."""
    port = free_port()
    with serving(command, core, log, _environment(dsn, port)) as pid:
        yield Task(port, pid)


@contextmanager
def ready(dsn: str, log: Path, core: int = SERVER_CORE) -> Iterator[Task]:
    """`kirosample serve` once it is ready."""
    with started(dsn, log, core) as task:
        wait_for(task.port, "/readyz", 30)
        yield task


def _environment(dsn: str, port: int) -> dict[str, str]:
    """The operator's settings and the image's for malloc; all others have their defaults."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("KIROSAMPLE_")
    }
    return {
        **inherited,
        **dict(re.findall(r"\b(MALLOC_\w+)=(\w+)", _DOCKERFILE.read_text())),
        "PORT": str(port),
        "DATABASE_URL": dsn,
        "KIROSAMPLE_COOKIE_KEYS": COOKIE_KEY,
        "KIROSAMPLE_TRUSTED_PROXIES": TRUSTED_PROXIES,
    }
