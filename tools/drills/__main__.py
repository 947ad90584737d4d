"""`python -m tools.drills [NUMBER…]`: run drills; without numbers, write docs/reliability.md."""

import asyncio
import sys
from collections.abc import Callable

from tools.drills import bad_clients, database, same_items, signals, steady
from tools.loadtest import report

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

_HEAD = """# Reliability

No acknowledged write is lost or done twice, and no refused one is done, whatever fails.
`make drill` writes this part: it breaks real `kirosample serve` processes and a real PostgreSQL
while clients write, undo and read, and compares every response with what the database holds
afterwards.

- **failing**: requests without a response, refused or with a server error, also a 503 with
  `Retry-After`; **seconds**: in how many seconds at least one of them began.
- **writes**: writes and undos; **acknowledged**: those with a success or 404 (a 503 is none).
- **expected**: rows that must exist by the acknowledgements; **found**: rows in the database. More
  may be found: a write may be done although its response is lost.
- **lost**: expected and not found. **twice**: found more than once. **wrong**: found but never
  sent, undone or refused, responses that no order of the writes explains, and rows that disagree
  with others in the database.
"""


def main(words: list[str]) -> int:
    numbers = report.chosen(DRILLS, words)
    outcomes = asyncio.run(report.run(lambda number: DRILLS[number](), numbers))
    if not words:
        report.write(0, _HEAD, outcomes)
    return report.end(outcomes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
