"""The composition root: everything is built here, and opened in the lifespan."""

import time
from datetime import date
from functools import partial
from typing import NamedTuple

from ishizue import composition
from ishizue.clock import Clock, system_clock
from ishizue.http.assets import Assets
from ishizue.http.service import Service
from ishizue.http.write_guard import WriteGuard
from ishizue.storage.database_url import DatabaseUrl
from ishizue.telemetry import RequestLog
from ishizue.visitors import Visitors, cookie_keys
from kirosample import quotes
from kirosample.favorites import PageCounts, Store, open_database
from kirosample.page_views import PageViews
from kirosample.routes import COUNTED, ROUTES, shared_reads
from kirosample.settings import Settings
from kirosample.web import colors, errors, transfers
from kirosample.web.context import STATIC_FILES, Favorites, Portal, PortalRequest
from kirosample.web.drawing import glyphs
from kirosample.web.drawing.renderer import PictureRenderer
from kirosample.web.problems import too_many_new_visitors
from kirosample.web.site import Contact
from kirosample.web.svg.pictures import load_seasons
from kirosample.web.templating.environment import Templates

_PAGE_CACHE_BYTES = 16 * 1024 * 1024
"""Rendered pages and pictures kept in memory."""


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
    preview: date | None = None,
) -> App:
    """Build the application. `database` is where to connect, the embedded server included.

    A `preview` says on each page to which day the clock was moved.

    Requests go to `log`; its metrics are reported while the application runs.

    Raises SettingsError if there is no key to sign visitors' cookies with.
    """
    service_state = composition.service_state(
        settings, page_cache_bytes=_PAGE_CACHE_BYTES, clock=clock
    )
    assets = Assets.load(STATIC_FILES)
    catalogue = quotes.load()
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
            preview=preview,
        ),
        picture_renderer=PictureRenderer(),
        favorites=_favorites(settings, database, migrating, clock) if database else None,
        contact=contact,
    )
    favorites = portal.favorites
    service = composition.service(
        settings,
        ROUTES,
        log=log,
        state=service_state,
        context=partial(PortalRequest, portal=portal),
        admit=PortalRequest.admit,
        render_error=errors.render,
        database=favorites.database if favorites else None,
        resources=(
            portal.picture_renderer,
            *((favorites.page_counts,) if favorites else ()),
        ),
        gauges=favorites.gauges() if favorites else {},
        shared_reads=shared_reads(portal),
    )
    if favorites:
        counts = favorites.page_counts.counts
        service.call_when_served(PageViews(COUNTED, service.application.route_of, counts).served)
    return App(service, portal)


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
        page_counts=PageCounts(database, clock),
        visitors=Visitors(cookie_keys(settings)),
        write_guard=write_guard,
        new_visitor_guard=new_visitor_guard,
        wrong_code_limits=transfers.wrong_code_limits(),
        transfer_limit=transfers.transfer_limit(),
    )


def load_content(*, check_glyphs: bool) -> None:
    """Read what only pages need; the pictures can show the texts. Raises ContentError."""
    load_seasons()
    errors.load_serving()
    colors.tokens("light")
    if check_glyphs:
        glyphs.check()
