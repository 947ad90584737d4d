"""`make new-check`: write a new repository, and run there what its README promises.

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
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx

from ishizue.testing.postgres import folder, free_port
from tools.new.__main__ import ANSWERS
from tools.new.names import parse
from tools.new.tree import ROOT

NAME = parse("bookshelf")

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


@dataclass(frozen=True, slots=True)
class Variant:
    """A repository to write: the answers of `make new`, what it serves, and the commands to run."""

    title: str
    answers: Mapping[str, str]
    page: str
    """A page with this path is served."""
    commands: Sequence[str]
    """Of make."""


_FLEET = "--short 1"
_EVERYWHERE = ("check", "test", "synth")
VARIANTS = (
    Variant(
        "a page and a database",
        {},
        "/",
        (*_EVERYWHERE, "cost", "deploy-emulated", "fleet"),
    ),
    Variant(
        "no page, no database",
        {"PAGE": "no", "DATABASE": "none"},
        "/openapi.json",
        _EVERYWHERE,
    ),
)


class Failed(Exception):
    """A step failed; the message is the end of its output."""


def main() -> int:
    began = time.monotonic()
    with folder() as parent:
        for number, variant in enumerate(VARIANTS):
            try:
                check(variant, parent / str(number))
            except Failed as failed:
                print(f"fails:\n{failed}")
                return 1
    print(f"all of it holds ({_minutes(began)})")
    return 0


def check(variant: Variant, parent: Path) -> None:
    """Write this repository and run its commands. Raises Failed."""
    parent.mkdir(0o755)
    dest, log = parent / NAME.slug, parent / "log"
    environ = environment(parent / "home")
    answers = {**dict.fromkeys((*ANSWERS, "UPDATE"), ""), **variant.answers}
    answers |= {"NAME": NAME.slug, "DEST": str(dest)}

    new = (sys.executable, "-m", "tools.new")
    steps: dict[str, Callable[[], None]] = {
        "make new": partial(run, new, ROOT, os.environ | answers, log),
        "make run": partial(serve, dest, environ, variant.page, log),
    }
    for name in variant.commands:
        steps[f"make {name}"] = partial(run, ("make", name), dest, environ, log)
    for title, step in steps.items():
        began = time.monotonic()
        print(f"{variant.title}: {title}…", end=" ", flush=True)
        step()
        print(_minutes(began), flush=True)
    if missing := set(promised(dest)) - steps.keys():
        raise Failed(f"its README begins with commands that this does not run: {missing}")


def environment(home: Path) -> dict[str, str]:
    """Nothing of this environment that belongs to a user or to this repository."""
    home.mkdir(0o755)
    (data := home / "data").mkdir(0o755)
    return {
        **{name: value for name, value in os.environ.items() if name.startswith(_KEPT)},
        "HOME": str(home),
        "FLEET": _FLEET,
        # The base of this environment: what `python3` means may depend on the user.
        "PYTHON": str(getattr(sys, "_base_executable", sys.executable)),
        f"{NAME.slug.upper()}_DATA_DIR": str(data),
    }


def promised(dest: Path) -> Iterator[str]:
    """The commands with which the README begins."""
    readme = (dest / "README.md").read_text(encoding="utf-8")
    block = re.search(r"^```sh\n(.+?)^```", readme, re.MULTILINE | re.DOTALL)
    for line in block[1].splitlines() if block else ():
        if command := line.partition("#")[0].strip():
            yield command


def run(command: Sequence[str], cwd: Path, environ: Mapping[str, str], log: Path) -> None:
    """Run a command to its end. Raises Failed."""
    with _started(command, cwd, environ, log) as process:
        if code := process.wait():
            raise Failed(f"{_end_of(log)}\nexit code {code}")


def serve(dest: Path, environ: Mapping[str, str], page: str, log: Path) -> None:
    """Run the server as a user does, read a page, write, and stop it. Raises Failed."""
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
        found = client.get(page)
        written = client.post("/api/books", json={"title": "A title"})
        listed = client.get("/api/books")
        if (found.status_code, written.status_code, listed.status_code) != (200, 201, 200):
            raise Failed(f"{found}, {written}, {listed}: {found.text[:500]}{written.text}")
        if [book["title"] for book in listed.json()["books"]] != ["A title"]:
            raise Failed(f"not what was added: {listed.text}")
        [server] = _children(process.pid)
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
    """A process whose output goes to the log; it has ended with its children after the block."""
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


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-_SHOWN_LINES:])


def _minutes(began: float) -> str:
    return f"{(time.monotonic() - began) / 60:.1f} min"


if __name__ == "__main__":
    sys.exit(main())
