"""`make new-check`: write a new service's repository, and run there what its README begins with.

With a home folder and an environment of its own, as after a clone on another machine. Exit code 1
at the first step that fails, with the last lines of its output.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx

from ishizue.processes import children
from ishizue.testing.postgres import folder, free_port
from tools.new import ROOT, parsed

NAME = parsed("water-log")

_SHOWN_LINES = 200
_READY_SECONDS = 900
"""How long `make run` may take, with the installation that comes first."""

_STOP_SECONDS = 60
_KEPT = (
    *("PATH", "LANG", "LC_", "TERM", "TMPDIR", "GITHUB_ACTIONS"),
    *("PIP_", "NODE_", "npm_config_", "SSL_CERT_", "REQUESTS_CA_"),
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
)
"""The beginnings of variables that a command needs on this machine."""


class Failed(Exception):
    """A step failed; the message is the end of its output."""


def main() -> int:
    """Run the command."""
    began = time.monotonic()
    with folder() as parent:
        try:
            check(parent)
        except Failed as failed:
            print(f"fails:\n{failed}")
            return 1
    print(f"all of it holds ({_minutes(began)})")
    return 0


def check(parent: Path) -> None:
    """Write the repository into this folder and run its commands. Raises Failed."""
    dest, log = parent / NAME.slug, parent / "log"
    environ = environment(parent / "home")
    new = {**os.environ, "NAME": NAME.slug, "DEST": str(dest)}
    steps: list[tuple[str, Callable[[], None]]] = [
        ("make new", partial(run, (sys.executable, "-m", "tools.new"), ROOT, new, log))
    ]
    for title, step in steps:
        began = time.monotonic()
        print(f"{title}…", end=" ", flush=True)
        step()
        print(_minutes(began), flush=True)
        if title == "make new":
            steps += promised(dest, environ, log)


def environment(home: Path) -> dict[str, str]:
    """Nothing of this environment that belongs to a user or to this repository."""
    (data := home / "data").mkdir(0o755, parents=True)
    home.chmod(0o755)
    return {
        **{name: value for name, value in os.environ.items() if name.startswith(_KEPT)},
        "HOME": str(home),
        # The base of this environment: what `python3` means may depend on the user.
        "PYTHON": str(getattr(sys, "_base_executable", sys.executable)),
        f"{NAME.title.upper()}_DATA_DIR": str(data),
    }


def promised(
    dest: Path, environ: Mapping[str, str], log: Path
) -> Iterator[tuple[str, Callable[[], None]]]:
    """The commands with which the README begins."""
    readme = (dest / "README.md").read_text(encoding="utf-8")
    block = re.search(r"^```sh\n(.+?)^```", readme, re.MULTILINE | re.DOTALL)
    for line in block[1].splitlines() if block else ():
        command = line.partition("#")[0].strip()
        if command == "make run":
            yield command, partial(serve, dest, environ, log)
        elif command:
            yield command, partial(run, command.split(), dest, environ, log)


def run(command: Sequence[str], cwd: Path, environ: Mapping[str, str], log: Path) -> None:
    """Run a command to its end. Raises Failed."""
    with _started(command, cwd, environ, log) as process:
        if code := process.wait():
            raise Failed(f"{_end_of(log)}\nexit code {code}")


def serve(dest: Path, environ: Mapping[str, str], log: Path) -> None:
    """Run the server as a user does, write by API and form, and stop it. Raises Failed."""
    port = free_port()
    with (
        _started(("make", "run"), dest, {**environ, "PORT": str(port)}, log) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client,
    ):
        deadline = time.monotonic() + _READY_SECONDS
        while not _ready(client):
            if process.poll() is not None or time.monotonic() > deadline:
                raise Failed(f"{_end_of(log)}\nit did not become ready")
            time.sleep(0.2)
        added = client.post("/api/books", json={"title": "By the API"})
        sent = client.post("/books", data={"title": "By the form"})
        listed = client.get("/api/books")
        if (added.status_code, sent.status_code, listed.status_code) != (201, 303, 200):
            raise Failed(f"{added}, {sent}, {listed}: {added.text}{sent.text[:500]}")
        titles = [book["title"] for book in listed.json()["books"]]
        if titles != ["By the form", "By the API"] or titles[0] not in client.get("/").text:
            raise Failed(f"not what was added: {listed.text}")
        [server] = children(process.pid)
        os.kill(server, signal.SIGTERM)
        try:
            code = process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            raise Failed(f"{_end_of(log)}\nit does not stop") from None
        if code:
            raise Failed(f"{_end_of(log)}\nexit code {code} after SIGTERM")


@contextmanager
def _started(
    command: Sequence[str], cwd: Path, environ: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A process whose output goes to the log; it has ended after the block."""
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()


def _ready(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-_SHOWN_LINES:])


def _minutes(began: float) -> str:
    return f"{(time.monotonic() - began) / 60:.1f} min"


if __name__ == "__main__":
    sys.exit(main())
