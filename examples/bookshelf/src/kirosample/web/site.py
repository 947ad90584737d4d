"""What every request shares."""

from collections.abc import Callable
from dataclasses import dataclass

from ishizue.http.service_state import ServiceState
from ishizue.storage.database import Database
from kirosample.books import Store
from kirosample.web.templating import Templates


@dataclass(frozen=True, slots=True)
class Books:
    """What the books need; a server without a database has none of it."""

    database: Database
    store: Store

    def gauges(self) -> dict[str, Callable[[], float]]:
        """The product's metrics: waiting writes, connections in use, and 1 during an outage."""
        return {
            "WriteQueue": lambda: self.store.waiting,
            "PoolInUse": lambda: self.database.in_use,
            "DatabaseAway": lambda: self.database.away,
        }


@dataclass(frozen=True, slots=True)
class Site:
    """The product of one running server."""

    service_state: ServiceState
    books: Books | None
    templates: Templates
