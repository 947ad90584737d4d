"""`python -m tests.fleet [NUMBER…]`: all of them write their part of docs/reliability.md."""

import asyncio
import shutil
import subprocess
import sys

from tests.drills import document
from tests.drills.report import surroundings
from tests.drills.world import world
from tests.fleet import report
from tests.fleet.faults import FAULTS
from tests.fleet.service import REAL


async def main(numbers: list[int], version: str) -> int:
    results = []
    for number in numbers:
        results.append((number, await FAULTS[number]()))
        print(report.text(*results[-1]), flush=True)
    if numbers == list(FAULTS):
        async with world(servers=0) as here:
            where = await surroundings(here.postgres.dsn)
        document.write_fleet(report.part(results, REAL, f"HAProxy {version}, {where}"))
    failed = [str(number) for number, result in results if result.failures]
    print(f"what fails: {', '.join(failed)}" if failed else "the fleet holds")
    return 1 if failed else 0


def _haproxy() -> str:
    """Its version; exits where there is none."""
    if not shutil.which("haproxy"):
        print("make fleet wants HAProxy: apt-get install haproxy", file=sys.stderr)
        sys.exit(2)
    said = subprocess.run(["haproxy", "-v"], capture_output=True, text=True, check=True).stdout
    return said.split()[2]


if __name__ == "__main__":
    chosen = [int(argument) for argument in sys.argv[1:]] or list(FAULTS)
    sys.exit(asyncio.run(main(chosen, _haproxy())))
