"""The document's lines, in its own order, each with the question that reads it back.

What is expected is what the document says, whatever the settings are, but for those that `make`
takes: another number of NAT gateways, say, is a line that does not hold.
"""

from infra.config import Config
from infra.emulator.document import compute, database, edge, network, operations, security
from infra.emulator.document.line import Line


def lines(config: Config) -> list[Line]:
    """All lines, for this database, this domain (HTTPS) and this least number of tasks."""
    kind = config.database
    return [
        *network.lines(),
        *edge.lines(config.domain or ""),
        *compute.lines(least_tasks=config.min_tasks, database=kind != "none"),
        *operations.lines(kind),
        *database.lines(kind),
        *security.lines(database=kind != "none"),
    ]
