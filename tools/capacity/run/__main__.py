"""`python -m tools.capacity.run [--write] [RUNS]`: the simulation against the scaled-down service.

With `--write` into docs/scale-run.md. Exit code 1 if they disagree or too many runs do not count, 2
where it cannot run.
"""

import argparse
import asyncio
import shutil
import sys
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

import uvloop

from tools.capacity.design import Deployment
from tools.capacity.model import simulate
from tools.capacity.run import demand, report
from tools.capacity.run.calibrate import Costs, calibrate
from tools.capacity.run.cgroups import NotPermitted
from tools.capacity.run.compare import compare
from tools.capacity.run.measure import Run, measure
from tools.capacity.run.rig import CORES
from tools.capacity.scaling import Policy

_RUNS = 3
_SPARE_RUNS = 2
"""How many may be repeated because they do not count."""

Value = TypeVar("Value")


def main(wanted: int = _RUNS, *, write: bool = False) -> int:
    if not shutil.which("haproxy"):
        print("the run needs HAProxy: apt-get install haproxy", file=sys.stderr)
        return 2
    try:
        _say(f"measuring what requests cost a task at {CORES} of a core")
        costs = _run(calibrate())
        _say(report.describe(costs))
        policy = demand.scaled(Deployment("none", cdn=False).policy())
        runs = _runs(costs, policy, wanted)
    except NotPermitted as error:
        print(error, file=sys.stderr)
        return 2
    if len(runs) < wanted:
        _say(f"only {len(runs)} of {wanted} runs count: try again on a quiet machine")
        return 1
    rows = list(compare(simulate(demand.scenario(costs, policy)), runs))
    _say(report.table(rows))
    if write:
        report.write(costs, rows)
    return 0 if all(row.holds() for row in rows) else 1


def _runs(costs: Costs, policy: Policy, wanted: int) -> Sequence[Run]:
    """So many runs that count; fewer if the machine is too busy."""
    counted: list[Run] = []
    for number in range(1, wanted + _SPARE_RUNS + 1):
        _say(f"run {number}, {demand.SECONDS:.0f} s:")
        run = _run(measure(costs, policy, _say))
        if faults := run.faults():
            _say(f"run {number} does not count: {'; '.join(faults)}")
        else:
            counted.append(run)
        if len(counted) == wanted:
            break
    return counted


def _run(work: Coroutine[Any, Any, Value]) -> Value:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def _say(text: str) -> None:
    print(text, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools.capacity.run")
    parser.add_argument("runs", nargs="?", type=int, choices=range(1, 10), default=_RUNS)
    parser.add_argument("--write", action="store_true", help="write docs/scale-run.md")
    return parser.parse_args()


if __name__ == "__main__":
    arguments = _arguments()
    sys.exit(main(arguments.runs, write=arguments.write))
