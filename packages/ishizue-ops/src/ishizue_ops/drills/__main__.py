"""`make drill`: break servers and databases under load, and audit each write."""

import sys
from collections.abc import Callable

from ishizue_ops.config import ConfigError
from ishizue_ops.drills import bad_clients, database, same_items, signals, steady
from ishizue_ops.load import report
from ishizue_ops.load.workload import workload
from ishizue_ops.project import localized

DRILLS: dict[int, Callable[[], report.Started]] = {
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
    return report.run(lambda number: DRILLS[number](), report.chosen(DRILLS, words))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
