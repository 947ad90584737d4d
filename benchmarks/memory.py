"""`make memory`: where a task's memory goes, as tables for docs/memory.md."""

import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.programs import postgres, task, wrk
from benchmarks.programs.http import BROWSER_AND_ALB, fetch
from benchmarks.rows import favorites
from benchmarks.targets import PAGES

_SECONDS = 4

_STEPS = {
    "Python itself": "pass",
    "its library: asyncio, ssl, argparse, logging": "import argparse, asyncio, logging, ssl",
    "asyncpg": "import asyncpg",
    "uvloop, httptools": "import uvloop, httptools",
    "uvicorn, and click, which it imports": "import uvicorn",
    "starlette, and anyio, which it imports": "import starlette.requests, starlette.responses",
    "msgspec": "import msgspec",
    "minijinja": "import minijinja",
    "ephem": "import ephem",
    "our own modules": "import kirosample.cli, kirosample.app, kirosample.http.server",
    "catalogue, templates, styles": (
        "from kirosample.settings import read\n"
        "from kirosample.app import build\n"
        "app = build(read({'DATABASE_URL': 'none'}), None)"
    ),
}
"""What a server loads, in this order."""


def main() -> None:
    task.compile_modules()
    print("| at the start | MB | |\n| --- | --- | --- |")
    before = 0.0
    code = ""
    for step, added in _STEPS.items():
        code += f"{added}\n"
        now = _after(code)
        print(f"| {step} | {now - before:+.1f} | {now:.1f} |", flush=True)
        before = now
    print("\n| under load | Python's objects | C's heap | libraries | in all |")
    print("| --- | --- | --- | --- | --- |")
    for phase, kinds in _under_load():
        parts = " | ".join(f"{kinds[kind]:.1f}" for kind in ("objects", "heap", "libraries"))
        print(f"| {phase} | {parts} | {kinds.total():.1f} |", flush=True)


def _after(code: str) -> float:
    """The resident memory of a new Python after this code, in MB, with shared pages."""
    show = "print(*(l for l in open('/proc/self/status') if l.startswith('VmRSS:')))"
    run = [sys.executable, "-c", f"{code}{show}"]
    output = subprocess.run(run, capture_output=True, text=True, check=True, timeout=60).stdout
    return int(output.split()[1]) * 1024 / 1e6


def _under_load() -> Iterator[tuple[str, Counter[str]]]:
    with postgres.folder() as folder, postgres.running(folder / "postgres") as database:
        dsn = database.create("portal")
        task.migrate(dsn)
        with task.ready(dsn, folder / "task.log") as serving:
            yield "ready", _kinds(serving.pid)
            for phase in _loads(serving, folder):
                yield phase, _kinds(serving.pid)


def _loads(serving: task.Task, folder: Path) -> Iterator[str]:
    for page in PAGES:
        for headers in ({}, BROWSER_AND_ALB):
            wrk.load(serving.url(page), 1, fetch(serving.port, page, headers).size, headers)
    yield "the day's pages"
    items = favorites.seed(serving)
    wrk.load(serving.url("/favorites"), _SECONDS, fetch(serving.port, "/favorites").size)
    yield "the list of favorites"
    script = folder / "likes"
    script.write_text("".join(f'{{"type":"quote","item":"{item}"}}\n' for item in items))
    _send(serving, "/api/favorites", "likes", "0", str(script))
    yield "likes, each by a new visitor"
    _send(serving, "/date", "dates")
    yield "other days, until the page cache is full"


def _send(serving: task.Task, path: str, *script: str) -> None:
    with wrk.Wrk(serving.url(path), _SECONDS * 2, script=script) as load:
        load.counted()
    time.sleep(1)


def _kinds(pid: int) -> Counter[str]:
    """The PSS of each kind of memory in MB. Arenas of Python objects are anonymous mappings."""
    kinds: Counter[str] = Counter()
    kind = ""
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
            _, _, _, _, _, *name = line.split(maxsplit=5)
            kind = {"": "objects", "[heap]": "heap"}.get(name[0] if name else "", "libraries")
        elif line.startswith("Pss:"):
            kinds[kind] += int(line.split()[1]) * 1024 / 1e6  # type: ignore[assignment]
    return kinds


if __name__ == "__main__":
    main()
