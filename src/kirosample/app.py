"""The composition root: everything is built here, and opened in the lifespan."""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from starlette.types import ASGIApp

from kirosample import quotes
from kirosample.clock import Clock, system_clock
from kirosample.cookie_keys import cookie_keys
from kirosample.favorites import Database, Popular, Store
from kirosample.limits import (
    PAGE_CACHE_BYTES,
    REQUESTS_OF_A_TURN,
    SITE_CLIENTS,
    WORK_WAITING,
    WORK_WAITING_OF_CLIENT,
    WRITE_BURST,
)
from kirosample.memory import returning_holes
from kirosample.routes import RULES
from kirosample.settings import ExternalDatabase, Settings
from kirosample.share.artist import Artist
from kirosample.telemetry import RequestLog
from kirosample.telemetry.metrics import Gauge
from kirosample.web import favorites_pages
from kirosample.web.assets import Assets
from kirosample.web.clients import site_key
from kirosample.web.dispatch import Application
from kirosample.web.languages import PREFIXES, Language
from kirosample.web.page_cache import PageCache
from kirosample.web.portal import Favorites, Portal
from kirosample.web.protocol.bounded import BoundedProtocol
from kirosample.web.protocol.cached import ReadyAnswers
from kirosample.web.protocol.connection_limit import ConnectionLimit
from kirosample.web.protocol.early_log import EarlyLog
from kirosample.web.protocol.shared import Reading, SharedProtocol
from kirosample.web.protocol.start_queue import StartQueue
from kirosample.web.rate_limit import RateLimit
from kirosample.web.security import TrustedProxies
from kirosample.web.templating import Templates
from kirosample.web.turns import Turns
from kirosample.web.visitors import Visitors

_POPULAR_ON_HOME = 3


@dataclass(frozen=True, slots=True)
class App:
    """The ASGI application, the portal that it serves, and what may answer before it."""

    asgi: ASGIApp
    portal: Portal
    ready_answers: ReadyAnswers
    readings: Mapping[bytes, Reading]

    def protocol(
        self, most_connections: int, *, answers_at_once: bool = True
    ) -> Callable[..., BoundedProtocol]:
        """What uvicorn makes each connection's protocol with."""
        bounded = partial(
            BoundedProtocol if not answers_at_once else SharedProtocol,
            limit=ConnectionLimit(most_connections),
            starts=StartQueue(REQUESTS_OF_A_TURN),
        )
        if not answers_at_once:
            return bounded
        return partial(bounded, ready=self.ready_answers, readings=self.readings)


def build(
    settings: Settings,
    database: ExternalDatabase | None,
    *,
    migrating: bool = False,
    clock: Clock = system_clock,
    log: RequestLog | None = None,
) -> App:
    """The application. `database` is the one to connect to, the embedded one's address included.

    Requests are told of to `log`, and its metrics are reported while the application runs.

    Raises SettingsError where visitors' cookies cannot be signed.
    """
    favorites = _favorites(settings, database, migrating=migrating) if database else None
    assets, catalogue = Assets.load(), quotes.load()
    portal = Portal(
        settings=settings,
        clock=clock,
        catalogue=catalogue,
        assets=assets,
        templates=Templates(assets, catalogue, settings.public_url),
        cache=PageCache(PAGE_CACHE_BYTES, clock),
        turns=Turns(most=WORK_WAITING, most_of_client=WORK_WAITING_OF_CLIENT),
        artist=Artist(),
        favorites=favorites,
    )

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(returning_holes())
            await stack.enter_async_context(portal.artist)
            if favorites:
                await stack.enter_async_context(favorites.database)
                await stack.enter_async_context(favorites.popular)
            if log and log.metrics:
                gauges = _gauges(favorites) if favorites else {}
                await stack.enter_async_context(log.metrics.reporting(gauges))
            yield

    proxies = TrustedProxies(settings.trusted_proxies)
    application = Application(portal, RULES, proxies, lifespan, log)
    early_log = EarlyLog(log, application.route, proxies) if log else None
    ready_answers = ReadyAnswers(portal.cache, proxies.trusts, early_log)
    return App(application, portal, ready_answers, _readings(portal))


def _gauges(favorites: Favorites) -> dict[str, Gauge]:
    """What goes up and down: writes that wait, and connections of the pool in use."""
    return {
        "WriteQueue": lambda: favorites.store.waiting,
        "PoolInUse": lambda: favorites.database.in_use,
    }


def _readings(portal: Portal) -> dict[bytes, Reading]:
    """The lists that are answered in the protocol."""
    if portal.favorites is None:
        return {}
    store = portal.favorites.store

    def everybodys(language: Language) -> Reading:
        return Reading(
            ask=lambda: favorites_pages.reading(portal, store, language),
            answer=favorites_pages.answer,
        )

    return {
        f"{prefix}/favorites".encode(): everybodys(language)
        for language, prefix in PREFIXES.items()
    }


def _favorites(settings: Settings, at: ExternalDatabase, *, migrating: bool) -> Favorites:
    database = Database(at.connect_arguments(), migrating=migrating)
    store = Store(database)
    writes = RateLimit(settings.writes_per_minute, time.monotonic)
    new_visitors = settings.new_visitors_per_minute
    return Favorites(
        database=database,
        store=store,
        popular=Popular(database, store, count=_POPULAR_ON_HOME),
        visitors=Visitors(cookie_keys(settings)),
        limits=(writes,),
        new_visitor_limits=(
            writes,
            RateLimit(new_visitors, time.monotonic),
            RateLimit(
                new_visitors * SITE_CLIENTS,
                time.monotonic,
                burst=WRITE_BURST * SITE_CLIENTS,
                key=site_key,
            ),
        ),
    )
