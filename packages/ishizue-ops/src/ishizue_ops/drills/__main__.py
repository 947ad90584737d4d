"""`make drill`: break servers and databases under load, and audit each write."""

import asyncio
import sys
from collections.abc import Callable

from ishizue_ops.config import ConfigError
from ishizue_ops.drills import bad_clients, database, same_items, signals, steady
from ishizue_ops.load.report import Started
from ishizue_ops.load.workload import workload
from ishizue_ops.project import localized

DRILLS: dict[int, Callable[[], Started]] = {
    1: signals.killed,
    2: signals.terminated,
    3: database.stopped,
    4: database.away,
    5: database.table_locked,
    6: same_items.two_servers,
    7: bad_clients.bad_clients,
    8: steady.drill,
    9: same_items.same_instant,
    10: bad_clients.crawlers,
}


def main(words: list[str]) -> int:
    """Run the drills of these numbers, or all, and return the exit code."""
    try:
        workload()
    except ConfigError as error:
        print(f"drill: {localized(error)}", file=sys.stderr)
        return 2
    if unknown := [word for word in words if word not in map(str, DRILLS)]:
        known = ", ".join(map(str, DRILLS))
        print(f"there is no {unknown[0]}, only {known}", file=sys.stderr)
        return 2
    failed = list[str]()
    for number in map(int, words or DRILLS):
        print(f"{number}…", flush=True)
        result = asyncio.run(DRILLS[number]())
        print(f"{number}. {result.text()}", flush=True)
        failed += [str(number)] if result.failures else []
    print(f"what fails: {', '.join(failed)}" if failed else "all of it holds")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
