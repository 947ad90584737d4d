"""The state that every request of a running service shares, whatever its product is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from kirosample.http.caching.page_cache import PageCache
from kirosample.http.fair_queue import FairQueue
from kirosample.http.security.origin import origin
from kirosample.http.security.proxies import TrustedProxies
from kirosample.limits import TURN_SECONDS


async def _always_ready() -> str:
    return ""


@dataclass(slots=True)
class Runtime:
    """One running service."""

    page_cache: PageCache
    proxies: TrustedProxies
    port: int
    public_url: str | None = None
    why_not_ready: Callable[[], Awaitable[str]] = _always_ready
    """The reason for the operator; empty when the service is ready."""

    rendering: FairQueue = field(default_factory=FairQueue)
    """Turns for work that blocks the event loop for a millisecond or more."""

    reads: FairQueue = field(default_factory=lambda: FairQueue(wait_seconds=TURN_SECONDS))
    """Turns for reads of the database of which anyone may request any number."""

    draining: bool = False
    was_ready: bool = False
    refused_origins: set[str] = field(default_factory=set)
    """Origins whose refusal has been logged."""

    @property
    def url(self) -> str:
        """The base of absolute URLs."""
        return self.public_url or origin("http", "localhost", self.port)
