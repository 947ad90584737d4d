"""`make new-check`: write a new service's repository, and run there what its README begins with.

The commands get a home folder and an environment of their own, as after a clone on another machine.
The exit code is 1 at the first command that fails, whose output stands above the message.
"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx

from ishizue.processes import children
from ishizue.testing.postgres import folder, free_port
from ishizue.testing.processes import Server
from tools.new import ROOT, parsed

NAME = parsed("water-log")

_READY_SECONDS = 900
"""How long `make run` may take, with the installation that comes first."""

_STOP_SECONDS = 60
_KEPT = re.compile(
    "PATH|LANG|LC_|TERM|TMPDIR|GITHUB_ACTIONS|PIP_|NODE_|npm_config_|SSL_CERT_|REQUESTS_CA_"
    "|HTTP_PROXY|HTTPS_PROXY|NO_PROXY|http_proxy|https_proxy|no_proxy"
)
"""The beginnings of variables that a command needs on this machine."""


def main() -> int:
    """Run the command."""
    with folder() as parent:
        dest = parent / NAME.slug
        environ = environment(parent / "home")
        new = {**os.environ, "NAME": NAME.slug, "DEST": str(dest)}
        try:
            subprocess.run([sys.executable, "-m", "tools.new"], cwd=ROOT, env=new, check=True)
            for command in promised(dest / "README.md"):
                print(f"== {command}", flush=True)
                if command == "make run":
                    serve(dest, environ)
                else:
                    subprocess.run(command.split(), cwd=dest, env=environ, check=True)
        except TimeoutError:
            print("fails: it did not become ready")
            return 1
        except (AssertionError, subprocess.SubprocessError) as error:
            print(f"fails: {error}")
            return 1
    print("all of it holds")
    return 0


def environment(home: Path) -> dict[str, str]:
    """This environment without what belongs to a user or to this repository."""
    (data := home / "data").mkdir(0o755, parents=True)
    home.chmod(0o755)
    return {
        **{name: value for name, value in os.environ.items() if _KEPT.match(name)},
        "HOME": str(home),
        # The base of this environment: what `python3` means may depend on the user.
        "PYTHON": str(getattr(sys, "_base_executable", sys.executable)),
        f"{NAME.title.upper()}_DATA_DIR": str(data),
    }


def promised(readme: Path) -> Iterator[str]:
    """The commands with which the README begins."""
    block = re.search(r"^```sh\n(.+?)^```", readme.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert block, "the README begins with no commands"
    for line in block[1].splitlines():
        if command := line.partition("#")[0].strip():
            yield command


def serve(dest: Path, environ: Mapping[str, str]) -> None:
    """Run the server as a user does, write by API and form, and stop it.

    Raises TimeoutError or TimeoutExpired if it does not start or stop, AssertionError if a
    response is another one.
    """
    port = str(free_port())
    environ = {**environ, "PORT": port}
    with subprocess.Popen(["make", "run"], cwd=dest, env=environ, text=True) as process:
        server = Server(process, f"http://127.0.0.1:{port}")
        try:
            server.wait_for("/readyz", _READY_SECONDS)
            write(server.client)
            [served] = children(process.pid)
            os.kill(served, signal.SIGTERM)
            code = process.wait(_STOP_SECONDS)
            assert code == 0, f"exit code {code} after SIGTERM"
        finally:
            process.terminate()


def write(client: httpx.Client) -> None:
    """Add a book each way, and find both."""
    added = client.post("/api/books", json={"title": "By the API"})
    sent = client.post("/books", data={"title": "By the form"})
    assert (added.status_code, sent.status_code) == (201, 303), f"{added.text}{sent.text[:500]}"
    titles = [book["title"] for book in client.get("/api/books").json()["books"]]
    assert titles == ["By the form", "By the API"], titles
    assert titles[0] in client.get("/").text


if __name__ == "__main__":
    sys.exit(main())
