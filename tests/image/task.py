"""Runs a container's root as ECS runs a task, with nothing but the kernel's namespaces.

The process is PID 1 of its own PID namespace, is the image's user, has no capability and cannot get
one, and finds a read-only root without a writable folder. It shares the network, as the containers
of one ECS task do.
"""

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Arguments: the root, a folder to show at /run/secrets, the user, and the command.
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
    """What a runtime knows of an image: its files, its configuration; and secrets beside it."""

    root: Path
    configuration: Mapping[str, Any]
    secrets: Path

    def arguments(self, command: list[str], settings: Mapping[str, str]) -> list[str]:
        environment = [*self.configuration["Env"], *(f"{k}={v}" for k, v in settings.items())]
        return [
            *("unshare", "--mount", "--pid", "--fork"),
            *("sh", "-ec", _START, "start"),
            *(str(self.root), str(self.secrets), self.configuration["User"]),
            *("/usr/bin/env", "-i", *environment, *command),
        ]

    def run(self, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run any program of the image to its end, which is not later than in a minute."""
        # The image's `timeout`: from out here only `unshare` would be ended.
        bounded = ["timeout", "--signal=KILL", "60", *command]
        return subprocess.run(
            self.arguments(bounded, settings),
            capture_output=True,
            text=True,
            check=False,
        )

    def kirosample(self, command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a command of ours by the image's entry point to its end."""
        return self.run(*self.configuration["Entrypoint"], command, **settings)

    @contextmanager
    def serving(self, **settings: str) -> Iterator["Task"]:
        """The image's own entry point and command, while the block runs."""
        command = [*self.configuration["Entrypoint"], *self.configuration["Cmd"]]
        process = subprocess.Popen(
            self.arguments(command, settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        task = Task(process, f"http://127.0.0.1:{settings['PORT']}")
        try:
            yield task
        finally:
            task.kill()


class Task:
    """A running container."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self._process = process
        self._url = url

    def ask(self, path: str, body: dict[str, str] | None = None) -> tuple[int, str]:
        """The status and body of the answer to a GET, or to a POST of a body.

        Raises OSError where nobody answers.
        """
        data = json.dumps(body).encode() if body else None
        headers = {"content-type": "application/json"} if body else {}
        try:
            request = urllib.request.Request(f"{self._url}{path}", data, headers)
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def wait_for(self, path: str, expected: str, seconds: float = 20) -> tuple[int, str]:
        """Ask until the answer's body has the expected words; answers the last answer."""
        end, last = time.monotonic() + seconds, (0, "no answer")
        while time.monotonic() < end and expected not in last[1]:
            assert self._process.poll() is None, "".join(self._process.communicate())
            time.sleep(0.05)
            with suppress(OSError):
                last = self.ask(path)
        return last

    def status(self) -> dict[str, str]:
        """The kernel's view of the process, from /proc/PID/status."""
        lines = Path(f"/proc/{self._pid()}/status").read_text().splitlines()
        return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}

    def terminate(self) -> tuple[int, float]:
        """Send SIGTERM; answers the exit code and the seconds that it took."""
        began = time.monotonic()
        os.kill(self._pid(), signal.SIGTERM)
        return self._process.wait(30), time.monotonic() - began

    def log(self) -> list[dict[str, object]]:
        """What it wrote to standard output, once it has ended: lines of JSON."""
        return [json.loads(line) for line in self._process.communicate()[0].splitlines()]

    def kill(self) -> None:
        """Have it gone. The kernel ends all of a PID namespace with its first process."""
        if self._process.poll() is None:
            os.kill(self._pid(), signal.SIGKILL)
            self._process.communicate()

    def _pid(self) -> int:
        """The process's id out here: the only child of unshare."""
        outer = self._process.pid
        return int(Path(f"/proc/{outer}/task/{outer}/children").read_text().split()[0])
