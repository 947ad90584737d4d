"""What every handler works with: the settings and the resources of one running server."""

from dataclasses import dataclass, field
from datetime import date

from msgspec import UnsetType
from starlette.requests import Request

from kirosample import almanac
from kirosample.clock import Clock, today_in_japan
from kirosample.favorites import Database, Popular, Store
from kirosample.origin import origin
from kirosample.quotes import Catalogue
from kirosample.settings import Settings
from kirosample.share.artist import Artist
from kirosample.web import problems
from kirosample.web.assets import Assets
from kirosample.web.page_cache import PageCache
from kirosample.web.rate_limit import RateLimit
from kirosample.web.schemas import DATE_RANGE
from kirosample.web.templating import Templates
from kirosample.web.turns import Turns
from kirosample.web.visitors import Visitors


@dataclass(frozen=True, slots=True)
class Favorites:
    """All that favorites need; a portal without a database has none of it."""

    database: Database
    store: Store
    popular: Popular
    visitors: Visitors
    limits: tuple[RateLimit, ...]
    """Rate limits for writes with a valid cookie."""

    new_visitor_limits: tuple[RateLimit, ...]
    """Rate limits for writes without one: all of the above, and more."""


@dataclass(slots=True)
class Portal:
    """One running server's resources."""

    settings: Settings
    clock: Clock
    catalogue: Catalogue
    assets: Assets
    templates: Templates
    cache: PageCache
    turns: Turns
    artist: Artist
    favorites: Favorites | None
    refused_origins: set[str] = field(default_factory=set)
    draining: bool = False
    was_ready: bool = False

    @property
    def address(self) -> str:
        """Where the portal is reached, for what has to name an absolute address."""
        return self.settings.public_url or origin("http", "localhost", self.settings.port)

    def today(self) -> date:
        """The date in Japan."""
        return today_in_japan(self.clock)


def portal_of(request: Request) -> Portal:
    """The portal that serves this request."""
    portal: Portal = request.scope["portal"]
    return portal


def today_of(request: Request) -> date:
    """The date in Japan, one for all of a request: midnight may come while it is answered."""
    today: date | None = request.scope.get("today")
    if today is None:
        today = request.scope["today"] = portal_of(request).today()
    return today


def day_of(request: Request, asked: date | UnsetType) -> date:
    """The day that was asked for, or today. Raises Problem outside the calendar's range."""
    day = asked or today_of(request)
    if not almanac.FIRST_DAY <= day <= almanac.LAST_DAY:
        raise problems.malformed("date", DATE_RANGE)
    return day


def favorites_of(request: Request) -> Favorites:
    """The portal's favorites. Raises Problem where it has none by design."""
    favorites = portal_of(request).favorites
    if favorites is None:
        raise problems.no_favorites_here()
    return favorites
