"""The product that every request shares, and what its handlers know about the one they serve."""

import math
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import cached_property
from importlib import resources
from uuid import UUID

from msgspec import UnsetType
from starlette.types import Receive, Scope, Send

from ishizue.clock import Clock
from ishizue.http import problems
from ishizue.http.assets import Assets
from ishizue.http.caching.page_cache import Lifetime
from ishizue.http.context import RequestContext
from ishizue.http.fair_queue import FairQueue
from ishizue.http.service_state import ServiceState
from ishizue.http.wire import SharedPage
from ishizue.http.write_guard import RateLimit, WriteGuard
from ishizue.storage.database import Database
from ishizue.visitors import Visitors
from kirosample import almanac
from kirosample.almanac import FREE, JST, Purpose
from kirosample.favorites import PageCounts, Store
from kirosample.quotes import Catalogue, Quote
from kirosample.web.drawing.renderer import DRAWING_SECONDS, PictureRenderer
from kirosample.web.i18n import languages
from kirosample.web.i18n.languages import Language, Messages
from kirosample.web.problems import no_favorites, wrong_clock
from kirosample.web.queries import AHEAD, ALARM, DATE_RANGE, PLACE
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


_DAYS_AHEAD = 365 + 31


class PortalRequest(RequestContext):
    """One request to the portal."""

    visitor: UUID
    """Who sends this write; set by `admit`."""

    is_new_visitor: bool
    """Whether this write came without a valid cookie; set by `admit`."""

    sent_form: Mapping[str, object] | None = None
    """The form of this write, for an error page that offers to send it again."""

    _ahead: date | None = None

    def __init__(self, scope: Scope, receive: Receive, send: Send, portal: Portal) -> None:
        super().__init__(scope, receive, send, portal.service_state)
        self.portal = portal

    def admit(self) -> None:
        """Set the visitor of a write. Raises Problem (403, 429, 503).

        A new visitor gets a cookie only within every limit: a refused one would come back with a
        valid cookie, and the limit for new visitors would no longer count it.
        """
        favorites = self.favorites
        visitor = favorites.visitors.of(self)
        guard = favorites.write_guard if visitor else favorites.new_visitor_guard
        guard(self)
        self.is_new_visitor = visitor is None
        self.visitor = favorites.visitors.of_write(self, visitor)

    @property
    def today(self) -> date:
        """The date in Japan, the same for the whole request even if it lasts past midnight.

        Raises Problem (503) if the clock is outside the calendar.
        """
        return self._ahead or self._date

    @cached_property
    def _date(self) -> date:
        today = self.portal.today()
        if not almanac.FIRST_DAY <= today <= almanac.LAST_DAY:
            raise wrong_clock(today)
        return today

    @property
    def looks_ahead(self) -> bool:
        """Whether `today` is tomorrow for this request."""
        return self.today != self._date

    @property
    def language(self) -> Language:
        """The language of the requested page."""
        return languages.of(self)

    @property
    def messages(self) -> Messages:
        """The messages in this language."""
        return self.portal.templates.messages[self.language]

    def lifetime(self, at_most: float = math.inf) -> Lifetime:
        """Responses are right until midnight in Japan, when every page has other colors."""
        return Lifetime((almanac.midnight(self._date) + timedelta(days=1)).timestamp(), at_most)

    def look_ahead(self, day: date) -> None:
        """Serve this request as on this day. Raises Problem unless that is today or tomorrow."""
        if not 0 <= (day - self.today).days <= 1:
            raise problems.malformed("today", AHEAD)
        self._ahead = day

    def day(self, given: date | UnsetType, field: str = "date") -> date:
        """The given day, or today. Raises Problem outside the calendar's range."""
        day = given or self.today
        if not almanac.FIRST_DAY <= day <= almanac.LAST_DAY:
            raise problems.malformed(field, DATE_RANGE)
        return day

    def day_in_path(self) -> date | None:
        """The day in the path, or None for one outside the calendar and for any other text."""
        given = self.path_params["date"]
        if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", given):
            return None
        with suppress(ValueError):
            day = date.fromisoformat(given)
            return day if almanac.FIRST_DAY <= day <= almanac.LAST_DAY else None
        return None

    def quote(self) -> Quote:
        """The quote whose id is in the path. Raises Problem (404)."""
        try:
            return self.portal.catalogue.get(self.path_params["quote_id"])
        except KeyError:
            raise problems.not_found("そのような名言はありません。") from None

    def has_share_pictures(self, day: date) -> bool:
        """Whether there are pictures of a day: there are of yesterday, today and tomorrow."""
        return abs((day - self.today).days) <= 1

    def is_ahead(self, day: date) -> bool:
        """Whether a day is one of the thirteen months from today."""
        return 0 <= (day - self.today).days <= _DAYS_AHEAD

    def has_picture_of_day(self, day: date, purpose: Purpose | None = None) -> bool:
        """Whether a day of the calendar has pictures, which for a purpose are its own.

        Besides the days that have all pictures, some hundred ahead have these: holidays,
        observances, other special days, and those on which lucky days fall together.
        """
        purpose = purpose or almanac.load_words().purposes[FREE]
        return self.has_share_pictures(day) or (
            self.is_ahead(day)
            and (
                almanac.special_day(day) is not None
                or day in almanac.holidays(day.year)
                or day in almanac.observances(day.year)
                or len(almanac.lucky_day(purpose, day).reasons) > 1
            )
        )

    def place(self, given: str) -> str:
        """The id of a place of the almanac. Raises Problem for an unknown one."""
        if given not in almanac.load_places():
            raise problems.not_as_expected("place", PLACE)
        return given

    @staticmethod
    def alarm(given: str) -> time | None:
        """The time of day of an alarm, or None. Raises Problem for anything but HH:MM."""
        if not given:
            return None
        if not re.fullmatch("([01][0-9]|2[0-3]):[0-5][0-9]", given):
            raise problems.not_as_expected("alarm", ALARM)
        return time.fromisoformat(given)

    @property
    def favorites(self) -> Favorites:
        """The portal's favorites. Raises Problem if it has none by design."""
        favorites = self.portal.favorites
        if favorites is None:
            raise no_favorites()
        return favorites
