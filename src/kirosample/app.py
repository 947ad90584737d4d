"""The composition root: everything is built here, and opened in the lifespan."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import NamedTuple

from ishizue.clock import Clock, posix_time, system_clock
from ishizue.http.assets import Assets
from ishizue.http.caching.page_cache import PageCache
from ishizue.http.dispatch import Application
from ishizue.http.security.clients import SITE_CLIENTS, ipv6_site_key
from ishizue.http.security.proxies import TrustedProxies
from ishizue.http.security.rate_limit import WRITE_BURST, RateLimit
from ishizue.http.service import Service
from ishizue.http.service_state import ServiceState
from ishizue.memory import trimming_heap
from ishizue.storage.database_url import DatabaseUrl
from ishizue.telemetry import Metrics, RequestLog
from ishizue.visitors import Visitors, cookie_keys
from kirosample import PRODUCT, quotes
from kirosample.favorites import Popular, Store, open_database
from kirosample.routes import ROUTES, shared_reads
from kirosample.settings import Settings
from kirosample.web import errors, transfers, writes
from kirosample.web.context import PortalRequest
from kirosample.web.drawing.renderer import PictureRenderer
from kirosample.web.portal import STATIC_FILES, Favorites, Portal
from kirosample.web.templating.environment import Templates

_PAGE_CACHE_BYTES = 16 * 1024 * 1024
"""Rendered pages and pictures kept in memory."""

_POPULAR_ON_HOME = 3


def metrics(write: Callable[[str], None], environment: str | None = None) -> Metrics:
    """The metrics of a server, which `infra/` shows under these names."""
    service = f"kirosample-{environment}" if environment else "kirosample"
    return Metrics(write, namespace="KiroSample", dimensions={"Service": service})


class App(NamedTuple):
    """What a server serves, and the product in it."""

    service: Service
    portal: Portal


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

    Raises SettingsError if there is no key to sign visitors' cookies with.
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
    assets, catalogue = Assets.load(STATIC_FILES), quotes.load()
    portal = Portal(
        service_state=service_state,
        clock=clock,
        catalogue=catalogue,
        assets=assets,
        templates=Templates(
            assets, catalogue, settings.public_url, favorites_enabled=database is not None
        ),
        picture_renderer=PictureRenderer(),
        favorites=_favorites(settings, database, migrating) if database else None,
    )
    if portal.favorites:
        service_state.unready_reason = portal.favorites.database.unready_reason
    application = Application(
        ROUTES,
        context=partial(PortalRequest, portal=portal),
        admit=writes.admit,
        render_error=errors.render,
        proxies=service_state.proxies,
        lifespan=partial(_lifespan, portal, log),
        log=log,
    )
    return App(Service(application, service_state, shared_reads(portal), log), portal)


def _favorites(settings: Settings, at: DatabaseUrl, migrating: bool) -> Favorites:
    database = open_database(at.connect_arguments(), migrating=migrating)
    store = Store(database)
    writes = RateLimit(settings.writes_per_minute, time.monotonic)
    new_visitors = RateLimit(settings.new_visitors_per_minute, time.monotonic)
    new_visitors_of_site = RateLimit(
        settings.new_visitors_per_minute * SITE_CLIENTS,
        time.monotonic,
        burst=WRITE_BURST * SITE_CLIENTS,
        key=ipv6_site_key,
    )
    return Favorites(
        database=database,
        store=store,
        popular=Popular(database, store, count=_POPULAR_ON_HOME),
        visitors=Visitors(cookie_keys(settings)),
        limits=(writes,),
        new_visitor_limits=(writes, new_visitors, new_visitors_of_site),
        wrong_code_limits=transfers.wrong_code_limits(),
        transfer_limit=transfers.transfer_limit(),
    )


@asynccontextmanager
async def _lifespan(portal: Portal, log: RequestLog | None, _: object) -> AsyncIterator[None]:
    favorites = portal.favorites
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(trimming_heap())
        await stack.enter_async_context(portal.picture_renderer)
        if favorites:
            await stack.enter_async_context(favorites.database)
            await stack.enter_async_context(favorites.popular)
        if log and log.metrics:
            gauges = favorites.gauges() if favorites else {}
            await stack.enter_async_context(log.metrics.reporting(gauges))
        yield
