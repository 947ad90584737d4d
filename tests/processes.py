"""Processes of `kirosample`, and any from /proc: not every machine has ps or pgrep."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx

KIROSAMPLE = (sys.executable, "-m", "kirosample")


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return str(free.getsockname()[1])


def environment(**settings: str) -> dict[str, str]:
    """This process's environment with these settings and no others."""
    ours = ("KIROSAMPLE_", "DATABASE_URL", "PORT", "SSL_CERT_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "PYTHONWARNINGS": "error", **settings}


def kirosample(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*KIROSAMPLE, *arguments],
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def fails(code: int, *arguments: str, **settings: str) -> str:
    """The one line on stderr of a command that exits with this code."""
    done = kirosample(*arguments, **settings)
    lines = done.stderr.splitlines()
    assert (done.returncode, len(lines)) == (code, 1), done.stderr
    return lines[0]


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
        self.process.kill()
        raise TimeoutError(self.process.communicate()[1])

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send the signal; returns the exit code."""
        self.process.send_signal(number)
        return self.process.wait(20)


@contextmanager
def server(*arguments: str, stdout: Any = subprocess.DEVNULL, **settings: str) -> Iterator[Server]:
    """Run this command on a free port while the block runs."""
    settings = {"PORT": free_port(), **settings}
    process = subprocess.Popen(
        [*KIROSAMPLE, *arguments],
        env=environment(**settings),
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
