"""Runs a container's root like ECS runs a task, with the kernel's namespaces alone.

The process is PID 1 of its PID namespace, runs as the image's user without capabilities, cannot
gain any, and has a read-only root without a writable folder. It shares the host's network.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from ishizue.processes import children

# Arguments: the root, the folder for /run/secrets, the user and the command.
_START = """
root=$1 secrets=$2 user=$3; shift 3
mount --bind "$root" "$root"
mkdir -p "$root/run/secrets"
mount --bind "$secrets" "$root/run/secrets"
mount -o remount,bind,ro "$root/run/secrets"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom; do
    touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
mount -o remount,ro "$root/dev"
for file in hosts resolv.conf; do
    touch "$root/etc/$file"
    mount --bind "/etc/$file" "$root/etc/$file"
    mount -o remount,bind,ro "$root/etc/$file"
done
mount -o remount,bind,ro "$root"
exec setpriv --no-new-privs chroot --groups= --userspec="$user" "$root" "$@"
"""


@dataclass(frozen=True, slots=True)
class Image:
    """An image's files and configuration, and a task's settings of the database and secrets."""

    root: Path
    configuration: Mapping[str, Any]
    database: Mapping[str, str]
    secrets: Path

    def _arguments(self, command: list[str], settings: Mapping[str, str]) -> list[str]:
        environment = [*self.configuration["Env"], *(f"{k}={v}" for k, v in settings.items())]
        given = [str(self.root), str(self.secrets), self.configuration["User"]]
        start = ["sh", "-ec", _START, "start", *given, "/usr/bin/env", "-i", *environment]
        return ["unshare", "--mount", "--pid", "--fork", *start, *command]

    def run(self, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the image for at most a minute."""
        # The image's `timeout`, because from outside only `unshare` would end.
        bounded = self._arguments(["timeout", "--signal=KILL", "60", *command], settings)
        return subprocess.run(bounded, capture_output=True, text=True)

    def kirosample(self, command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a command through the image's entry point."""
        return self.run(*self.configuration["Entrypoint"], command, **settings)

    @contextmanager
    def running(self, **settings: str) -> Iterator["Task"]:
        """Run what the image runs; it listens on PORT."""
        command = [*self.configuration["Entrypoint"], *self.configuration["Cmd"]]
        process = subprocess.Popen(
            self._arguments(command, settings), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        task = Task(process, f"http://127.0.0.1:{settings['PORT']}")
        try:
            yield task
        finally:
            task.kill()


class Task:
    def __init__(self, process: subprocess.Popen[bytes], url: str) -> None:
        self._process = process
        self._url = url

    def fetch(self, path: str, body: dict[str, str] | None = None) -> tuple[int, str]:
        """The status and body of a GET, or with a body of a POST. Raises TransportError."""
        method = "POST" if body else "GET"
        response = httpx.request(method, f"{self._url}{path}", json=body, timeout=10)
        return response.status_code, response.text

    def wait_for(self, path: str, expected: str, seconds: float = 20) -> tuple[int, str]:
        """Request until the body contains the expected text; return the last response."""
        end = time.monotonic() + seconds
        last = (0, "no response")
        while time.monotonic() < end and expected not in last[1]:
            assert self._process.poll() is None, self._process.communicate()[0]
            time.sleep(0.05)
            with suppress(httpx.TransportError):
                last = self.fetch(path)
        return last

    def status(self) -> dict[str, str]:
        """The kernel's view of the process, from /proc/PID/status."""
        lines = Path(f"/proc/{self._pid()}/status").read_text().splitlines()
        return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}

    def terminate(self) -> tuple[int, float]:
        """Send SIGTERM; return the exit code and the seconds until the exit."""
        began = time.monotonic()
        os.kill(self._pid(), signal.SIGTERM)
        return self._process.wait(30), time.monotonic() - began

    def kill(self) -> None:
        """Kill it. The kernel ends all of a PID namespace with its first process."""
        if self._process.poll() is None:
            os.kill(self._pid(), signal.SIGKILL)
            self._process.communicate()

    def _pid(self) -> int:
        """The process id outside: the only child of unshare."""
        return children(self._process.pid)[0]
