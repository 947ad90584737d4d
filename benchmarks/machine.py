"""The machine and the versions, for the report."""

import importlib.metadata
import os
import platform
import statistics
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import tools
from benchmarks.processes import CLIENT_CORE, SERVER_CORE, CoreWatch, Failed

_PACKAGES = ("uvicorn", "httptools", "uvloop", "starlette", "minijinja", "asyncpg", "msgspec")


def stay_off_the_servers_core() -> None:
    """This process, and what it starts without a word, runs on the clients' core."""
    usable = os.sched_getaffinity(0)
    if not {SERVER_CORE, CLIENT_CORE} <= usable:
        raise Failed(f"cores 0 and 1 are needed, and {sorted(usable)} may be used")
    os.sched_setaffinity(0, {CLIENT_CORE})


def busy() -> float:
    """The share that the busier of the two cores spends on others, while we do nothing."""
    cores = [CoreWatch(core) for core in (SERVER_CORE, CLIENT_CORE)]
    time.sleep(1)
    return max(core.share() for core in cores)


def describe(postgres: Mapping[str, str], nginx: Path, folder: Path) -> dict[str, str]:
    """The rows of the report's table."""
    return {
        "measured": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 1e9:.0f} GB",
        "system": f"{platform.freedesktop_os_release()['PRETTY_NAME']}, Linux {platform.release()}",
        "fdatasync of 8 kB": f"{_sync_ms(folder):.2f} ms",
        "PostgreSQL": postgres["server_version"],
        "fsync": f"{postgres['fsync']} (wal_sync_method {postgres['wal_sync_method']})",
        "synchronous_commit": postgres["synchronous_commit"],
        "nginx": tools.version([nginx, "-v"]).partition("nginx/")[2],
        "wrk": tools.version(["wrk", "-v"]).partition(" [")[0].removeprefix("wrk "),
        "Python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in _PACKAGES},
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _sync_ms(folder: Path) -> float:
    """The median time in which the disk makes a page sure, which bounds commits a second."""
    seconds = []
    file = os.open(folder / "sync", os.O_RDWR | os.O_CREAT)
    try:
        for _ in range(200):
            os.pwrite(file, bytes(8192), 0)
            began = time.perf_counter()
            os.fdatasync(file)
            seconds.append(time.perf_counter() - began)
    finally:
        os.close(file)
    return statistics.median(seconds) * 1000
