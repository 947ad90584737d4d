"""What handlers know: the service's parts, and the request that they serve."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ishizue.http.context import RequestContext
from ishizue.http.problems import Problem
from ishizue.http.service_state import ServiceState
from ishizue.storage.database import Database
from starlette.types import Receive, Scope, Send

from bookshelf.books import Store
from bookshelf.web.templating import Templates


@dataclass(frozen=True, slots=True)
class Books:
    """What the books need; a server without a database has none of it."""

    database: Database
    store: Store

    def gauges(self) -> Mapping[str, Callable[[], float]]:
        """The service's metrics, beside the database's: waiting writes."""
        return {"WriteQueue": lambda: self.store.waiting}


@dataclass(frozen=True, slots=True)
class Site:
    """What every request shares."""

    service_state: ServiceState
    books: Books | None
    templates: Templates


class BooksRequest(RequestContext):
    """One request."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, site: Site) -> None:
        super().__init__(scope, receive, send, site.service_state)
        self.site = site

    @property
    def books(self) -> Books:
        """The site's books. Raises Problem (503) if it has no database by design."""
        books = self.site.books
        if books is None:
            raise Problem(503, "This server has no database, and so no books.")
        return books
