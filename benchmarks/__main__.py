"""Measure all rows and write `docs/performance.md`. Exit 1 if one misses its required figure."""

import argparse
import signal
import statistics
import sys
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import report
from benchmarks.programs import install, machine, postgres, task
from benchmarks.programs.processes import Failed, peak_memory
from benchmarks.report import Result
from benchmarks.rows import favorites, filled, floods, midnight, pages, readings, tasks
from benchmarks.runs import FULL, QUICK, Plan

_ROOT = Path(__file__).parent.parent
_DOCUMENT = _ROOT / "docs" / "performance.md"
_TOOLS = _ROOT / "build" / "bench"
_MOST_SECONDS = 15 * 60
_MOST_BY_OTHERS = 0.1  # of a core
_HOME_PAGE_SECONDS = 11  # its favorites may be 10 s old


@dataclass(frozen=True, slots=True)
class Setting:
    databases: favorites.Databases
    nginx: Path
    folder: Path
    plan: Plan


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short run each; writes nothing")
    parser.add_argument("--only", nargs="+", choices=_PARTS, help="these parts; writes nothing")
    arguments = parser.parse_args()
    plan = QUICK if arguments.quick else FULL
    try:
        with _bounded():
            about, results, others = _measure(plan, arguments.only or list(_PARTS))
    except Failed as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    text = report.document(results, about)
    print(f"\n{text}")
    if others > _MOST_BY_OTHERS:
        print(
            f"bench: other programs took {others:.0%} of a core (at most {_MOST_BY_OTHERS:.0%}): "
            "nothing is written; measure again when the machine is quiet",
            file=sys.stderr,
        )
        return 1
    if not (arguments.quick or arguments.only):
        _DOCUMENT.write_text(text, encoding="utf-8")
    missed = [result.target.what for result in results if not result.holds()]
    if missed:
        print(f"bench: required figures missed: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


def _measure(plan: Plan, parts: Sequence[str]) -> tuple[dict[str, str], list[Result], float]:
    machine.stay_off_the_servers_core()
    install.wrk()
    nginx = install.nginx(_TOOLS)
    with postgres.folder() as folder, postgres.running(folder / "postgres") as database:
        about = machine.describe(database.settings(), nginx, folder)
        print("\n".join(f"{name}: {value}" for name, value in about.items()), flush=True)
        databases = favorites.Databases(*map(database.create, ("portal", "baseline", "filled")))
        setting = Setting(databases, nginx, folder, plan)
        results, busy = [], [machine.busy()]
        # Close it before the database, so that the servers always end first.
        with closing(_results(setting, parts)) as measured:
            for result in measured:
                print(f"{result.target.what}: {result.shown()}, {result.verdict()}", flush=True)
                results.append(result)
                busy.append(machine.busy())
        # The median, because PostgreSQL vacuums after the likes.
        others = statistics.median(busy)
        return {**about, report.OTHERS: f"{others:.0%} of the busier core"}, results, others


def _results(setting: Setting, parts: Sequence[str]) -> Generator[Result, None, None]:
    task.compile_modules()
    task.migrate(setting.databases.portal)
    for part in parts:
        yield from _PARTS[part](setting)


def _portal(setting: Setting) -> Iterator[Result]:
    databases, folder, plan = setting.databases, setting.folder, setting.plan
    with (
        task.ready(databases.portal, folder / "task.log") as serving,
        peak_memory(serving.pid) as peak,
    ):
        items = favorites.seed(serving)
        time.sleep(_HOME_PAGE_SECONDS)
        yield from pages.measure(serving, setting.nginx, folder / "nginx", plan)
        yield from favorites.measure(serving, databases, items, folder, plan)
        yield tasks.memory(serving, peak, plan)


def _tasks(setting: Setting) -> Iterator[Result]:
    portal = setting.databases.portal
    yield tasks.two(portal, setting.folder, setting.plan)
    yield tasks.start(portal, setting.folder, setting.plan.runs)


def _floods(setting: Setting) -> Iterator[Result]:
    with task.ready(setting.databases.portal, setting.folder / "floods.log") as serving:
        favorites.seed(serving)
        yield from floods.measure(serving, setting.databases.portal, setting.plan)


def _readings(_: Setting) -> Iterator[Result]:
    yield readings.measure()


def _midnight(setting: Setting) -> Iterator[Result]:
    yield midnight.across(setting.databases.portal, setting.folder)


def _filled(setting: Setting) -> Iterator[Result]:
    task.migrate(setting.databases.filled)
    yield filled.measure(setting.databases.filled, setting.folder, setting.plan)


_PARTS: dict[str, Callable[[Setting], Iterator[Result]]] = {
    "portal": _portal,
    "tasks": _tasks,
    "readings": _readings,
    "floods": _floods,
    "midnight": _midnight,
    "filled": _filled,
}


@contextmanager
def _bounded() -> Iterator[None]:
    """Raise Failed when it takes too long."""

    def too_long(*_: object) -> None:
        raise Failed(f"not finished after {_MOST_SECONDS // 60} minutes")

    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(_MOST_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)


if __name__ == "__main__":
    sys.exit(main())
