"""Measure all rows, print the table and write `docs/performance.md`. Exit 1 where one misses."""

import argparse
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks import favorites, filled, machine, pages, postgres, report, task, tasks, tools
from benchmarks.postgres import Postgres
from benchmarks.processes import Failed, PeakMemory
from benchmarks.report import Result
from benchmarks.runs import FULL, QUICK, Plan

_ROOT = Path(__file__).parent.parent
_DOCUMENT = _ROOT / "docs" / "performance.md"
_TOOLS = _ROOT / "build" / "bench"
_MOST_SECONDS = 15 * 60
_MOST_BY_OTHERS = 0.1  # of a core
_HOME_PAGE_SECONDS = 11  # what it shows of favorites may be 10 s old


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one run of 2 s each; writes nothing")
    arguments = parser.parse_args()
    try:
        with _bounded():
            about, results, others = _measure(QUICK if arguments.quick else FULL)
    except Failed as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    text = report.document(results, about)
    print(f"\n{text}")
    if others > _MOST_BY_OTHERS:
        print(
            f"bench: other programs took {others:.0%} of a core: nothing of this holds, and it is "
            "not written down; measure again when the machine is quiet",
            file=sys.stderr,
        )
        return 1
    if not arguments.quick:
        _DOCUMENT.write_text(text, encoding="utf-8")
    missed = [result.target.what for result in results if not result.holds()]
    if missed:
        print(f"bench: below what must be reached: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


def _measure(plan: Plan) -> tuple[dict[str, str], list[Result], float]:
    machine.stay_off_the_servers_core()
    tools.bring_wrk()
    nginx = tools.nginx(_TOOLS)
    with _folder() as folder, postgres.running(folder / "postgres") as database:
        about = machine.describe(database.settings(), nginx, folder)
        print("\n".join(f"{name}: {value}" for name, value in about.items()), flush=True)
        results, busy = [], [machine.busy()]
        # Closed before the database, so that the servers end first whatever happens.
        with closing(_results(database, nginx, folder, plan)) as measured:
            for result in measured:
                print(f"{result.target.what}: {result.shown()}, {result.verdict()}", flush=True)
                results.append(result)
                busy.append(machine.busy())
        # The median, since after likes PostgreSQL itself has something to tidy up.
        others = statistics.median(busy)
        return {**about, report.OTHERS: f"{others:.0%} of the busier core"}, results, others


def _results(
    database: Postgres, nginx: Path, folder: Path, plan: Plan
) -> Generator[Result, None, None]:
    databases = favorites.Databases(database.create("portal"), database.create("baseline"))
    task.compile_modules()
    task.migrate(databases.portal)
    with (
        task.ready(databases.portal, folder / "task.log") as serving,
        PeakMemory(serving.pid) as peak,
    ):
        items = favorites.seed(serving)
        time.sleep(_HOME_PAGE_SECONDS)
        yield from pages.measure(serving, nginx, folder / "nginx", plan)
        yield from favorites.measure(serving, databases, items, folder, plan)
        memory = tasks.memory(serving, peak, plan)
    yield tasks.two(databases.portal, folder, plan)
    yield tasks.start(databases.portal, folder, plan.runs)
    yield memory
    big = database.create("filled")
    task.migrate(big)
    yield filled.measure(big, folder, plan)


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder for everything, which PostgreSQL's account may enter."""
    with tempfile.TemporaryDirectory(
        prefix="kirosample-bench-", ignore_cleanup_errors=True
    ) as name:
        path = Path(name)
        path.chmod(0o755)
        yield path


@contextmanager
def _bounded() -> Iterator[None]:
    """End all in order when told to, or when it takes too long."""

    def told(*_: object) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
            signal.signal(number, signal.SIG_IGN)
        raise Failed("told to end")

    def too_long(*_: object) -> None:
        raise Failed(f"not done after {_MOST_SECONDS // 60} minutes")

    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(_MOST_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)


if __name__ == "__main__":
    sys.exit(main())
