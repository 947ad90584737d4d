"""The composition root: everything is built here, and opened in the lifespan."""

import time
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import NamedTuple

from ishizue import composition
from ishizue.clock import Clock, system_clock
from ishizue.http.assets import Assets
from ishizue.http.dispatch import Application
from ishizue.http.service import Service
from ishizue.http.write_guard import WriteGuard
from ishizue.storage.database_url import DatabaseUrl
from ishizue.telemetry import RequestLog
from ishizue.visitors import Visitors, cookie_keys
from kirosample import quotes
from kirosample.favorites import PageCounts, Popular, Store, open_database
from kirosample.routes import COUNTED, ROUTES, shared_reads
from kirosample.settings import Settings
from kirosample.web import admission, errors, transfers
from kirosample.web.context import PortalRequest
from kirosample.web.drawing.renderer import PictureRenderer
from kirosample.web.page_views import PageViews
from kirosample.web.portal import STATIC_FILES, Favorites, Portal
from kirosample.web.problems import too_many_new_visitors
from kirosample.web.site import Contact
from kirosample.web.templating.environment import Templates

_PAGE_CACHE_BYTES = 16 * 1024 * 1024
"""Rendered pages and pictures kept in memory."""

_POPULAR_ON_HOME = 3


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
    service_state = composition.service_state(
        settings, page_cache_bytes=_PAGE_CACHE_BYTES, clock=clock
    )
    assets, catalogue = Assets.load(STATIC_FILES), quotes.load()
    contact = Contact.given(settings.contact, settings.contact_name)
    portal = Portal(
        service_state=service_state,
        clock=clock,
        catalogue=catalogue,
        assets=assets,
        templates=Templates(
            assets,
            catalogue,
            settings.public_url,
            favorites_enabled=database is not None,
            contact=contact,
            logs=settings.logs,
        ),
        picture_renderer=PictureRenderer(),
        favorites=_favorites(settings, database, migrating, clock) if database else None,
        contact=contact,
    )
    if portal.favorites:
        service_state.unready_reason = portal.favorites.database.unready_reason
    application = Application(
        ROUTES,
        context=partial(PortalRequest, portal=portal),
        admit=admission.admit,
        render_error=errors.render,
        proxies=service_state.proxies,
        lifespan=lambda _: _lifespan(portal, log),
        log=log,
    )
    counting = None
    if portal.favorites:
        add = portal.favorites.page_counts.add
        counting = PageViews(COUNTED, application.route_of, add).served
    return App(Service(application, service_state, shared_reads(portal), log, counting), portal)


def _favorites(settings: Settings, at: DatabaseUrl, migrating: bool, clock: Clock) -> Favorites:
    database = open_database(at.connect_arguments(), migrating=migrating)
    store = Store(database)
    write_guard = WriteGuard(settings.writes_per_minute, time.monotonic)
    new_visitor_guard = WriteGuard(
        settings.new_visitors_per_minute,
        time.monotonic,
        beside=write_guard,
        refused=too_many_new_visitors,
    )
    return Favorites(
        database=database,
        store=store,
        popular=Popular(database, store, count=_POPULAR_ON_HOME),
        page_counts=PageCounts(database, clock),
        visitors=Visitors(cookie_keys(settings)),
        write_guard=write_guard,
        new_visitor_guard=new_visitor_guard,
        wrong_code_limits=transfers.wrong_code_limits(),
        transfer_limit=transfers.transfer_limit(),
    )


def _lifespan(portal: Portal, log: RequestLog | None) -> AbstractAsyncContextManager[None]:
    favorites = portal.favorites
    return composition.lifespan(
        portal.picture_renderer,
        *((favorites.database, favorites.popular, favorites.page_counts) if favorites else ()),
        log=log,
        gauges=favorites.gauges() if favorites else {},
    )
