"""The composition root: everything is built here, and opened in the lifespan."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import NamedTuple

from ishizue.clock import Clock, posix_time, system_clock
from ishizue.http.caching.page_cache import PageCache
from ishizue.http.dispatch import Application
from ishizue.http.security.proxies import TrustedProxies
from ishizue.http.service import Service
from ishizue.http.service_state import ServiceState
from ishizue.http.write_guard import WriteGuard
from ishizue.memory import trimming_heap
from ishizue.storage.database_url import DatabaseUrl
from ishizue.telemetry import Metrics, RequestLog
from kirosample import PRODUCT
from kirosample.books import Store, open_database
from kirosample.routes import ROUTES, shared_reads
from kirosample.settings import Settings
from kirosample.web import errors
from kirosample.web.context import BooksRequest
from kirosample.web.site import Books, Site
from kirosample.web.templating import Templates

_PAGE_CACHE_BYTES = 1024 * 1024
"""Rendered pages kept in memory."""


def metrics(write: Callable[[str], None], environment: str | None = None) -> Metrics:
    """The metrics of a server, which `infra/` shows under these names."""
    service = f"kirosample-{environment}" if environment else "kirosample"
    return Metrics(write, namespace="KiroSample", dimensions={"Service": service})


class App(NamedTuple):
    """What a server serves, and the product in it."""

    service: Service
    site: Site


def build(
    settings: Settings,
    database: DatabaseUrl | None,
    *,
    migrating: bool = False,
    clock: Clock = system_clock,
    log: RequestLog | None = None,
) -> App:
    """Build the application. `database` is where to connect, the embedded server included.

    Requests go to `log`; its metrics are reported while the application runs.
    """
    service_state = ServiceState(
        product=PRODUCT,
        page_cache=PageCache(_PAGE_CACHE_BYTES, posix_time(clock)),
        proxies=TrustedProxies(
            settings.trusted_proxies, https=(settings.public_url or "").startswith("https:")
        ),
        port=settings.port,
        public_url=settings.public_url,
    )
    books = _books(database, migrating) if database else None
    if books:
        service_state.unready_reason = books.database.unready_reason
    site = Site(
        service_state=service_state,
        books=books,
        templates=Templates.load(),
    )
    application = Application(
        ROUTES,
        context=partial(BooksRequest, site=site),
        admit=WriteGuard(settings.writes_per_minute),
        render_error=errors.render,
        proxies=service_state.proxies,
        lifespan=partial(_lifespan, books, log),
        log=log,
    )
    return App(Service(application, service_state, shared_reads(site), log), site)


def _books(at: DatabaseUrl, migrating: bool) -> Books:
    database = open_database(at.connect_arguments(), migrating=migrating)
    return Books(database=database, store=Store(database))


@asynccontextmanager
async def _lifespan(books: Books | None, log: RequestLog | None, _: object) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(trimming_heap())
        if books:
            await stack.enter_async_context(books.database)
        if log and log.metrics:
            gauges = books.gauges() if books else {}
            await stack.enter_async_context(log.metrics.reporting(gauges))
        yield
