"""The composition root: everything is built here, and opened in the lifespan."""

from contextlib import AbstractAsyncContextManager
from functools import partial

from ishizue import composition
from ishizue.http.dispatch import Application
from ishizue.http.service import Service
from ishizue.http.write_guard import WriteGuard
from ishizue.storage.database_url import DatabaseUrl
from ishizue.telemetry import RequestLog

from bookshelf.books import Store, open_database
from bookshelf.routes import ROUTES, shared_reads
from bookshelf.settings import Settings
from bookshelf.web import errors
from bookshelf.web.context import Books, BooksRequest, Site
from bookshelf.web.templating import Templates

_PAGE_CACHE_BYTES = 1024 * 1024
"""Rendered pages kept in memory."""


def build(
    settings: Settings,
    database: DatabaseUrl | None,
    log: RequestLog | None = None,
    *,
    migrating: bool = False,
) -> Service:
    """Build the service. `database` is where to connect, the embedded server included."""
    service_state = composition.service_state(settings, page_cache_bytes=_PAGE_CACHE_BYTES)
    books = _books(database, migrating) if database else None
    if books:
        service_state.unready_reason = books.database.unready_reason
    site = Site(service_state, books, Templates.load())
    application = Application(
        ROUTES,
        context=partial(BooksRequest, site=site),
        admit=WriteGuard(settings.writes_per_minute),
        render_error=errors.render,
        proxies=service_state.proxies,
        lifespan=lambda _: _lifespan(books, log),
        log=log,
    )
    return Service(application, service_state, shared_reads(site), log)


def _books(at: DatabaseUrl, migrating: bool) -> Books:
    database = open_database(at.connect_arguments(), migrating=migrating)
    return Books(database, Store(database))


def _lifespan(books: Books | None, log: RequestLog | None) -> AbstractAsyncContextManager[None]:
    if books is None:
        return composition.lifespan(log=log, gauges={})
    return composition.lifespan(books.database, log=log, gauges=books.gauges())
