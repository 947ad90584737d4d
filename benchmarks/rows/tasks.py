"""Two tasks at once, and the start and memory of a task."""

import statistics
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.programs import task, wrk
from benchmarks.programs.http import fetch, wait_for
from benchmarks.programs.processes import CLIENT_CORE, SERVER_CORE, Memory
from benchmarks.report import Result
from benchmarks.runs import Plan, Run, side_by_side
from benchmarks.targets import MEMORY, START, TWO_TASKS

_PAGE = "/date"


def two(dsn: str, folder: Path, plan: Plan) -> Result:
    """Two tasks, each with its load on a core, compared with one such pair."""
    with (
        task.ready(dsn, folder / "first.log", SERVER_CORE) as first,
        task.ready(dsn, folder / "second.log", CLIENT_CORE) as second,
    ):
        pairs = ((first, SERVER_CORE), (second, CLIENT_CORE))
        ours, one = side_by_side(
            ("two pairs", lambda seconds: _together(pairs, seconds)),
            ("one pair", lambda seconds: _together(pairs[:1], seconds)),
            plan,
            plan.seconds,
        )
    return Result.of_sides(TWO_TASKS, ours, one, plan.runs)


def _together(pairs: tuple[tuple[task.Task, int], ...], seconds: int) -> Run:
    """The loads of all pairs at once, with their rates added up."""
    with ExitStack() as stack:
        sizes = [fetch(server.port, _PAGE).size for server, _ in pairs]
        loads = [
            stack.enter_context(wrk.Wrk(server.url(_PAGE), seconds, core=core))
            for server, core in pairs
        ]
        ended = [load.counted() for load in loads]
    runs = [run for run, _ in ended]
    wrong = [
        fault
        for (run, counted), size in zip(ended, sizes, strict=True)
        for fault in (*run.faults, *counted.wrong_length(size))
    ]
    return Run(
        sum(run.rate for run in runs),
        max(run.client_share for run in runs),
        max(run.server_share for run in runs),
        max(run.p99_ms for run in runs),
        tuple(wrong),
    )


def start(dsn: str, folder: Path, times: int) -> Result:
    """From the start of the process to its first response."""
    seconds = []
    for _ in range(times):
        began = time.monotonic()
        with task.started(dsn, folder / "start.log") as starting:
            wait_for(starting.port, "/", 30)
            seconds.append(time.monotonic() - began)
    note = f"median of {times}, {min(seconds):.2f} to {max(seconds):.2f} s"
    return Result(START, statistics.median(seconds), note)


def memory(serving: task.Task, peak: Memory, plan: Plan) -> Result:
    """The peak so far, or while other days' pages fill the page cache."""
    before = peak.pss
    with wrk.Wrk(serving.url("/date"), plan.seconds, script=("dates",)) as load:
        run, _ = load.counted()
    time.sleep(1)  # the last reading
    errors = f"; faults of that load: {'; '.join(run.faults)}" if run.faults else ""
    note = (
        f"{before:.0f} MB under the loads above, {peak.pss:.0f} MB with the page cache full of "
        f"other days; {peak.rss:.0f} MB counting shared pages in full{errors}"
    )
    return Result(MEMORY, peak.pss, note)
