"""Measure all rows and write docs/performance.md with its picture, and costs.json; or compare.

Exit 1 if a row misses its required figure, or has become slower.
"""

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.bars import Bar, picture
from benchmarks.floods import floods
from benchmarks.portal import Setting, portal, prepared, tasks, uncached
from benchmarks.programs import CLIENT_CORE, ERRORS, PATH, ROOT, SERVER_CORE, checkout, execute, git
from benchmarks.rows import Failed, Row, results, table
from ishizue.postgres.server import EmbeddedPostgres

_PARTS: dict[str, Callable[[Setting], Iterator[Row]]] = {
    "portal": portal,
    "tasks": tasks,
    "uncached": uncached,
    "floods": floods,
}
_DOCUMENT = ROOT / "docs" / "performance.md"
_COSTS = Path(__file__).with_name("costs.json")
_MAX_BY_OTHERS = 0.1  # of a core


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short run each; writes nothing")
    parser.add_argument("--only", nargs="+", choices=_PARTS, help="these parts; writes nothing")
    parser.add_argument("--rows", help="only rows whose names match; writes nothing")
    parser.add_argument("--against", help="compare with a commit; writes nothing")
    arguments = parser.parse_args()
    try:
        return _run(arguments)
    except (Failed, subprocess.SubprocessError, *ERRORS) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1


def _run(arguments: argparse.Namespace) -> int:
    if missing := [name for name in ("wrk", "nginx") if not shutil.which(name, path=PATH)]:
        raise Failed(f"{' and '.join(missing)} missing: apt-get install {' '.join(missing)}")
    if not {SERVER_CORE, CLIENT_CORE} <= os.sched_getaffinity(0):
        raise Failed("cores 0 and 1 are needed")
    os.sched_setaffinity(0, {CLIENT_CORE})
    others = os.getloadavg()[0]  # of the minute before
    checkouts = [(ROOT, Path(sys.executable))]
    starts, runs = 1, 1 if arguments.quick else 5
    if arguments.against:
        checkouts.append(checkout(arguments.against))
        starts, runs = (1, 4) if arguments.quick else (3, 5)
    measured: dict[str, Row] = {}
    for _ in range(starts):  # of everything, with new databases
        with tempfile.TemporaryDirectory(prefix="kirosample-") as name:
            Path(name).chmod(0o755)  # for PostgreSQL's account
            with (
                EmbeddedPostgres.start(Path(name) / "postgres") as server,
                prepared(checkouts, server.dsn, Path(name)) as setting,
            ):
                machine = _machine(server.dsn) | {"load by others": f"{others:.0%} of a core"}
                for row in _chosen(setting, arguments):
                    print(f"{row.what}: ", end="", flush=True)
                    row.measure(runs, 2 if arguments.quick else 3)
                    notes = [run.note for run in row.runs[-1] if run.note] if row.runs else []
                    print(row.fault or f"{row.shown(row.value)} ({'; '.join(notes)})", flush=True)
                    first = measured.setdefault(row.what, row)
                    if first is not row:
                        first.runs += row.runs
                        first.fault = first.fault or row.fault
    rows = list(measured.values())
    print(results(rows, paired=bool(arguments.against)))
    if arguments.against:
        return any(row.verdict(paired=True) == "slower" for row in rows)
    if others > _MAX_BY_OTHERS:
        raise Failed(f"others took {others:.0%} of a core: nothing is written, measure again")
    if not (arguments.quick or arguments.only or arguments.rows):
        text = page(_DOCUMENT.read_text(encoding="utf-8"), rows, machine)
        _DOCUMENT.write_text(text, encoding="utf-8")
        _DOCUMENT.with_suffix(".svg").write_text(bars(rows), encoding="utf-8")
        _COSTS.write_text(costs(rows, machine), encoding="utf-8")
    return any(row.verdict(paired=False) != "reached" for row in rows)


def _chosen(setting: Setting, arguments: argparse.Namespace) -> Iterator[Row]:
    for part in arguments.only or _PARTS:
        yield from (row for row in _PARTS[part](setting) if (arguments.rows or "") in row.what)


def page(old: str, rows: Sequence[Row], machine: Mapping[str, str]) -> str:
    """docs/performance.md with new tables; what people wrote before and after them stays."""
    before, _, rest = old.partition("\n| ")
    _, heading, after = rest.partition("\n## How")
    measured_on = table(("measured on", ""), machine.items())
    return "\n".join((before, results(rows, paired=False), measured_on)) + heading + after


def bars(rows: Sequence[Row]) -> str:
    """The picture of what was measured against a baseline; a missed row has the other color."""
    measured = [
        Bar(
            row.what.partition(" with ")[0].replace("`", ""),
            row.value,
            f"{row.shown(row.value)} × {row.baseline.partition(',')[0]}",
            good=row.verdict(paired=False) == "reached",
        )
        for row in rows
        if row.baseline and not row.fault
    ]
    return picture("Throughput: nginx, pgbench = 1", measured)


def costs(rows: Sequence[Row], machine: Mapping[str, str]) -> str:
    """CPU milliseconds of a request by row, which `make capacity` reads."""
    measured = {row.what: [runs[0].cpu_ms for runs in row.runs] for row in rows if not row.fault}
    cpu_ms = {what: round(statistics.median(each), 4) for what, each in measured.items() if each[0]}
    source = ", ".join(machine[name] for name in ("commit", "date", "machine"))
    return json.dumps({"source": source, "cpu_ms": cpu_ms}, ensure_ascii=False, indent=2) + "\n"


def _machine(dsn: str) -> dict[str, str]:
    """What the figures depend on."""
    processor = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    nginx = subprocess.run(["nginx", "-v"], env={"PATH": PATH}, capture_output=True, text=True)
    return {
        "commit": git("describe", "--always", "--dirty"),
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": f"{processor[1] if processor else platform.machine()}, {os.cpu_count()} cores",
        "system": f"{system}, Linux {platform.release()}",
        "PostgreSQL": execute(dsn, "SHOW server_version"),
        "nginx": nginx.stderr.partition("nginx/")[2].strip(),
        "Python": platform.python_version(),
    }


if __name__ == "__main__":
    sys.exit(main())
