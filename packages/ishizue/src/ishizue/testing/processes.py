"""A service's commands as processes: output, exit codes and signals."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from ishizue.testing.postgres import free_port


def printed(*command: str | Path, **options: Any) -> str:
    """What a program prints, which must succeed; `options` are those of `subprocess.run`."""
    options = {"timeout": 60, **options}
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    return str(done.stdout)


class Server:
    """A server process, and a client of it."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process = process
        self.url = url
        self.client = httpx.Client(base_url=url, timeout=10)

    def wait_for(self, path: str, seconds: float = 60) -> None:
        """Wait until the response to this path is 200."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            with suppress(httpx.TransportError):
                if self.client.get(path).status_code == 200:
                    return
            time.sleep(0.02)
        with suppress(subprocess.TimeoutExpired):
            self.end()  # with what it started, such as a database
        self.process.kill()
        raise TimeoutError(self.process.communicate()[1])

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send the signal; returns the exit code."""
        self.process.send_signal(number)
        return self.process.wait(20)


class Command:
    """`python -m MODULE …`, whose code is in `source`, with these settings and no others."""

    def __init__(self, module: str, source: Path) -> None:
        self._command = (sys.executable, "-m", module)
        self._source = source
        self._ours = (f"{module.upper()}_", "DATABASE_URL", "PORT", "SSL_CERT_")

    def environment(self, **settings: str) -> dict[str, str]:
        """This process's environment, with these settings of the service and no others."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(self._ours)
        }
        path = os.pathsep.join([str(self._source), *filter(None, [kept.get("PYTHONPATH")])])
        # Unbuffered, `print` writes its line end apart: a line of the log may come between.
        usual = {"PYTHONPATH": path, "PYTHONWARNINGS": "error", "PYTHONUNBUFFERED": ""}
        return {**kept, **usual, **settings}

    def __call__(
        self, *arguments: str, typed: str = "", **settings: str
    ) -> subprocess.CompletedProcess[str]:
        """Run it to its end; `typed` is its input."""
        return subprocess.run(
            [*self._command, *arguments],
            env=self.environment(**settings),
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def fails(self, code: int, *arguments: str, **settings: str) -> str:
        """The one line on stderr of a command that exits with this code."""
        done = self(*arguments, **settings)
        lines = done.stderr.splitlines()
        assert (done.returncode, len(lines)) == (code, 1), done.stderr
        return lines[0]

    @contextmanager
    def server(
        self, *arguments: str, stdout: Any = subprocess.DEVNULL, **settings: str
    ) -> Iterator[Server]:
        """Run it on a free port while the block runs."""
        settings = {"PORT": str(free_port()), **settings}
        process = subprocess.Popen(
            [*self._command, *arguments],
            env=self.environment(**settings),
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
        )
        running = Server(process, f"http://127.0.0.1:{settings['PORT']}")
        try:
            with running.client:
                yield running
        finally:
            process.kill()
            process.communicate()
