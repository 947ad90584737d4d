"""The composition root: everything is built here, and opened in the lifespan."""

from functools import partial

from ishizue import DatabaseUrl, RequestLog, Service, service, service_state

from bookshelf.books import Store, open_database
from bookshelf.routes import ROUTES, shared_reads
from bookshelf.settings import Settings
from bookshelf.web import errors
from bookshelf.web.context import Books, BooksRequest, Site
from bookshelf.web.templating import Templates


def build(
    settings: Settings,
    database: DatabaseUrl | None,
    log: RequestLog | None = None,
    *,
    migrating: bool = False,
) -> Service:
    """Build the service. `database` is where to connect, the embedded server included."""
    state = service_state(settings)
    books = _books(database, migrating) if database else None
    site = Site(state, books, Templates.load())
    return service(
        settings,
        ROUTES,
        log=log,
        state=state,
        context=partial(BooksRequest, site=site),
        render_error=errors.render,
        database=books.database if books else None,
        gauges=books.gauges() if books else {},
        shared_reads=shared_reads(site),
    )


def _books(at: DatabaseUrl, migrating: bool) -> Books:
    database = open_database(at.connect_arguments(), migrating=migrating)
    return Books(database, Store(database))
