"""The product that every request shares: its content, its pages, its favorites."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from importlib import resources

from ishizue.clock import Clock
from ishizue.http.assets import Assets
from ishizue.http.caching.shared_reads import SharedPage
from ishizue.http.fair_queue import FairQueue
from ishizue.http.service_state import ServiceState
from ishizue.http.write_guard import RateLimit, WriteGuard
from ishizue.storage.database import Database
from ishizue.visitors import Visitors
from kirosample.almanac import JST
from kirosample.favorites import PageCounts, Store
from kirosample.quotes import Catalogue
from kirosample.web.drawing.renderer import DRAWING_SECONDS, PictureRenderer
from kirosample.web.site import Contact
from kirosample.web.templating.environment import Templates

STATIC_FILES = resources.files("kirosample.web") / "static"


@dataclass(frozen=True, slots=True)
class Favorites:
    """What favorites need; a portal without a database has none of it."""

    database: Database
    store: Store
    page_counts: PageCounts
    visitors: Visitors
    write_guard: WriteGuard
    """Admits writes with a valid cookie."""

    new_visitor_guard: WriteGuard
    """Admits writes without one, within the limits of the above and its own."""

    wrong_code_limits: tuple[RateLimit, ...]
    transfer_limit: RateLimit
    """Codes and moves, by visitor."""

    last_pages: dict[str, tuple[object, SharedPage]] = field(default_factory=dict)
    """The last list of all visitors in each language, and the rows that it was made of."""

    def gauges(self) -> dict[str, Callable[[], float]]:
        """The product's metrics: waiting writes, and the database's."""
        return {"WriteQueue": lambda: self.store.waiting, **self.database.gauges()}


@dataclass(slots=True)
class Portal:
    """The product of one running server."""

    service_state: ServiceState
    clock: Clock
    catalogue: Catalogue
    assets: Assets
    templates: Templates
    picture_renderer: PictureRenderer
    favorites: Favorites | None
    contact: Contact | None = None

    drawing: FairQueue = field(default_factory=lambda: FairQueue(wait_seconds=DRAWING_SECONDS))
    """Turns for pictures."""

    def today(self) -> date:
        """The date in Japan."""
        return self.clock().astimezone(JST).date()
