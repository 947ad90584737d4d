"""`python -m tools.drills [NUMBER…]`: run drills; without numbers, write docs/reliability.md."""

import sys

from tools.drills import bad_clients, database, same_items, signals, steady
from tools.loadtest import report
from tools.loadtest.ledger import COLUMNS
from tools.loadtest.report import Outcomes

DRILLS: dict[int, report.Drill] = {
    1: signals.killed,
    2: signals.terminated,
    3: database.stopped,
    4: database.away,
    5: database.locked,
    6: same_items.two_servers,
    7: bad_clients.bad_clients,
    8: steady.drill,
    9: same_items.same_instant,
    10: bad_clients.crawlers,
}

_HEAD = """# Reliability

No acknowledged write is lost or done twice, and no refused one is done, whatever fails.
`make drill` writes this page: it breaks real `kirosample serve` processes and a real PostgreSQL
while clients write, undo and read, and compares every response with what the database holds
afterwards.

- **sent**: writes and undos; **acknowledged**: those with a success or 404 (a 503 is none).
- **expected**: rows that must exist by the acknowledgements; **found**: rows in the database;
  **unacknowledged**: those of them that were sent without an acknowledgement, and may exist or not.
- **lost**: expected and not found. **duplicated**: found more than once. **inconsistent**: found
  but never sent, undone or refused, responses that no order of the writes explains, and rows that
  disagree with others in the database.
"""


def write(outcomes: Outcomes, environment: str) -> None:
    table = report.table("drill", COLUMNS, outcomes)
    notes = report.details(outcomes)
    report.write_drills(
        f"{_HEAD}\n{table}\n\n{environment}\n\n## What else was observed\n{notes}\n"
    )


if __name__ == "__main__":
    sys.exit(report.run(DRILLS, COLUMNS, write))
