"""The machine and the versions, for the report."""

import importlib.metadata
import os
import platform
import re
import statistics
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.programs import install
from benchmarks.programs.processes import CLIENT_CORE, SERVER_CORE, CoreWatch, Failed

_PACKAGES = ("uvicorn", "httptools", "uvloop", "starlette", "minijinja", "asyncpg", "msgspec")


def stay_off_the_servers_core() -> None:
    """Run this process, and by default its children, on the clients' core."""
    usable = os.sched_getaffinity(0)
    if not {SERVER_CORE, CLIENT_CORE} <= usable:
        raise Failed(f"cores 0 and 1 are needed; {sorted(usable)} can be used")
    os.sched_setaffinity(0, {CLIENT_CORE})


def busy() -> float:
    """The load of the busier core while we do nothing."""
    cores = [CoreWatch(core) for core in (SERVER_CORE, CLIENT_CORE)]
    time.sleep(1)
    return max(core.share() for core in cores)


def describe(postgres: Mapping[str, str], nginx: Path, folder: Path) -> dict[str, str]:
    return {
        "measured": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 1e9:.0f} GB",
        "system": f"{platform.freedesktop_os_release()['PRETTY_NAME']}, Linux {platform.release()}",
        "fdatasync of 8 kB": f"{_sync_ms(folder):.2f} ms",
        "PostgreSQL": postgres["server_version"],
        "fsync": f"{postgres['fsync']} (wal_sync_method {postgres['wal_sync_method']})",
        "synchronous_commit": postgres["synchronous_commit"],
        "nginx": install.version([nginx, "-v"]).partition("nginx/")[2],
        "wrk": install.version(["wrk", "-v"]).partition(" [")[0].removeprefix("wrk "),
        "Python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in _PACKAGES},
    }


def _processor() -> str:
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return model[1] if model else platform.machine()


def _sync_ms(folder: Path) -> float:
    """The median time of fdatasync for a page, which limits commits a second."""
    seconds = []
    with (folder / "sync").open("wb") as file:
        for _ in range(200):
            os.pwrite(file.fileno(), bytes(8192), 0)
            began = time.perf_counter()
            os.fdatasync(file)
            seconds.append(time.perf_counter() - began)
    return statistics.median(seconds) * 1000
