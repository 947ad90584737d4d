"""`python -m tools.fleet [--short] [reach] [NUMBER…]`: run drills; all write docs/reliability.md.

`reach` compares who reaches whom with the template, as a run of all drills does first.
"""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict

from infra.config import ConfigError, read
from infra.variables import VARIABLES
from tools.fleet import design, sandbox
from tools.fleet.drills import DRILLS
from tools.fleet.fleet import COLUMNS, Result
from tools.fleet.isolated import Isolated, isolated
from tools.fleet.pace import QUICK, REAL
from tools.loadtest import report
from tools.loadtest.report import Outcomes
from tools.postgres import folder

_AT_ONCE = {True: 3, False: 5}
"""How many drills run at the same time, in short and in full."""

_HEAD = """
`make fleet` writes this part.
"""


def write(outcomes: Outcomes, environment: str) -> None:
    parts = (
        _HEAD.format(**asdict(REAL)),
        report.table("drill", COLUMNS, outcomes),
        f"\nHAProxy {_haproxy_version()}, {environment}",
        report.details(outcomes),
    )
    report.write_fleet("\n".join(parts) + "\n")


def _haproxy_version() -> str:
    output = subprocess.run(["haproxy", "-v"], capture_output=True, text=True, check=True).stdout
    return output.split()[2]


async def _run(made: Isolated, numbers: list[int], *, at_once: int) -> list[tuple[int, Result]]:
    places = asyncio.Semaphore(at_once)

    async def one(number: int) -> tuple[int, Result]:
        drill = DRILLS[number]
        async with places:
            result = await made.run(drill.run, drill.title, drill.variables)
        print(report.text(number, result, COLUMNS), flush=True)
        return number, result

    async with asyncio.TaskGroup() as group:
        running = [group.create_task(one(number)) for number in numbers]
    return [task.result() for task in running]


def reach(variables: Mapping[str, str]) -> int:
    """Probe every pair of hosts in the network that these variables make; the exit code."""
    with folder() as path:
        templates = design.write(path / "cdk.out", **variables)
        command = [sys.executable, "-m", "tools.fleet.network", str(templates)]
        return subprocess.run(command, start_new_session=True).returncode  # Ctrl-C ends it by us


def main(words: list[str]) -> int:
    short, named = "--short" in words, [word for word in words if word != "--short"]
    unknown = [name for name in named if name not in ("reach", *map(str, DRILLS))]
    if unknown:
        known = f"--short, reach and 1 to {len(DRILLS)}"
        print(f"there is no {unknown[0]}, only {known}", file=sys.stderr)
        return 2
    names = {variable.name for variable in VARIABLES}
    variables = {name: value for name, value in os.environ.items() if value and name in names}
    missing = sandbox.missing() or ("" if shutil.which("haproxy") else "apt-get install haproxy")
    try:
        database = read(variables).database
    except ConfigError as error:
        missing = str(error)
    if missing:
        print(f"make fleet: {missing}", file=sys.stderr)
        return 2
    failed = ["reach"] if (not named or "reach" in named) and reach(variables) else []
    if named == ["reach"]:
        return len(failed)
    numbers = [int(name) for name in named if name != "reach"] or [
        number for number, drill in DRILLS.items() if database != "none" or not drill.needs_database
    ]
    with isolated(variables, QUICK if short else REAL) as made:
        outcomes = asyncio.run(_run(made, numbers, at_once=_AT_ONCE[short]))
    print(report.table("drill", COLUMNS, outcomes))
    if not (short or named or variables):
        write(outcomes, asyncio.run(report.environment()))
    failed += [str(number) for number, result in outcomes if result.failures]
    print(f"what fails: {', '.join(failed)}" if failed else "all of it holds")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
