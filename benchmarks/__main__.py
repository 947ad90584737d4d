"""Measure all rows and write docs/performance.md and costs.json, or compare with another commit.

Exit 1 if a row misses its required figure, or has become slower.
"""

import argparse
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import report, rows
from benchmarks.floods import floods
from benchmarks.http import ERRORS
from benchmarks.processes import CLIENT_CORE, SERVER_CORE, Failed
from benchmarks.rows import Setting
from benchmarks.runs import FULL, PAIRED, QUICK, QUICK_PAIRED, Row
from benchmarks.servers import PATH, ROOT, checkout, execute, git
from benchmarks.targets import Target
from benchmarks.uncached import uncached
from ishizue.postgres.server import EmbeddedPostgres

_PARTS: dict[str, Callable[[Setting], Generator[Row]]] = {
    "portal": rows.portal,
    "tasks": rows.tasks,
    "floods": floods,
    "uncached": uncached,
}
_DOCUMENT = ROOT / "docs" / "performance.md"
_COSTS = Path(__file__).with_name("costs.json")
_MAX_BY_OTHERS = 0.1  # of a core


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short run each; writes nothing")
    parser.add_argument("--only", nargs="+", choices=_PARTS, help="these parts; writes nothing")
    parser.add_argument("--rows", help="only rows whose names match; writes nothing")
    parser.add_argument("--against", help="compare with a commit or a folder; writes nothing")
    arguments = parser.parse_args()
    try:
        return _run(arguments)
    except (Failed, *ERRORS) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1


def _run(arguments: argparse.Namespace) -> int:
    if missing := [name for name in ("wrk", "nginx") if not shutil.which(name, path=PATH)]:
        raise Failed(f"{' and '.join(missing)} missing: apt-get install {' '.join(missing)}")
    if not {SERVER_CORE, CLIENT_CORE} <= os.sched_getaffinity(0):
        raise Failed("cores 0 and 1 are needed")
    os.sched_setaffinity(0, {CLIENT_CORE})
    checkouts = [(ROOT, Path(sys.executable))]
    plan = QUICK if arguments.quick else FULL
    if arguments.against:
        checkouts.append(checkout(arguments.against))
        plan = QUICK_PAIRED if arguments.quick else PAIRED
    measured: dict[Target, Row] = {}
    busy: list[float] = []
    for _ in range(plan.starts):
        with tempfile.TemporaryDirectory(prefix="kirosample-") as name:
            Path(name).chmod(0o755)  # for PostgreSQL's account
            with EmbeddedPostgres.start(Path(name) / "postgres") as server:
                machine = _machine(server.dsn)
                for row in _measured(Setting(checkouts, server.dsn, Path(name), plan), arguments):
                    busy.append(_busy())
                    if measured.setdefault(row.target, row) is not row:
                        measured[row.target].runs += row.runs
    # The median, because PostgreSQL vacuums after the likes.
    others = statistics.median(busy)
    machine["taken by other programs"] = f"{others:.0%} of the busier core"
    if arguments.against:
        print(report.comparison(measured.values()))
        return any(report.paired_verdict(row.gain) == "slower" for row in measured.values())
    results = report.results(measured.values())
    print(results)
    if others > _MAX_BY_OTHERS:
        raise Failed(f"others took {others:.0%} of a core: nothing is written, measure again")
    if not (arguments.quick or arguments.only or arguments.rows):
        shown = report.results(report.with_worst_attack(measured.values()))
        tables = shown, report.table(("measured on", ""), machine.items())
        text = report.page(_DOCUMENT.read_text(encoding="utf-8"), *tables)
        _DOCUMENT.write_text(text, encoding="utf-8")
        _COSTS.write_text(report.costs(measured.values(), machine), encoding="utf-8")
    return any(report.verdict(row) not in ("goal", "must") for row in measured.values())


def _measured(setting: Setting, arguments: argparse.Namespace) -> Iterator[Row]:
    for part in arguments.only or _PARTS:
        # Closed before the database, so that the servers end first.
        with closing(_PARTS[part](setting)) as rows_of_part:
            for row in rows_of_part:
                if (arguments.rows or "") in row.target.what:
                    print(f"{row.target.what}: ", end="", flush=True)
                    row.measure(setting.plan.seconds)
                    print(f"{row.target.shown(row.value)} ({row.notes})", flush=True)
                    yield row


def _busy() -> float:
    """The load of the busier core while we do nothing."""
    ticks = os.sysconf("SC_CLK_TCK")
    began = _idle_ticks()
    time.sleep(1)
    return max(1 - (now - then) / ticks for then, now in zip(began, _idle_ticks(), strict=True))


def _idle_ticks() -> list[int]:
    lines = re.findall(r"(?m)^cpu[01] (.*)", Path("/proc/stat").read_text())
    return [sum(map(int, line.split()[3:5])) for line in lines]


def _machine(dsn: str) -> dict[str, str]:
    """What the figures depend on."""
    processor = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    nginx = subprocess.run(["nginx", "-v"], env={"PATH": PATH}, capture_output=True, text=True)
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    return {
        "commit": git("describe", "--always", "--dirty"),
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": f"{processor[1] if processor else platform.machine()}, {os.cpu_count()} cores",
        "memory": f"{memory:.0f} GB",
        "system": f"{system}, Linux {platform.release()}",
        "PostgreSQL": execute(dsn, "SHOW server_version"),
        "nginx": nginx.stderr.partition("nginx/")[2].strip(),
        "Python": platform.python_version(),
    }


if __name__ == "__main__":
    sys.exit(main())
