"""The state that every request of a running service shares, whatever its product is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from ishizue.http.caching.page_cache import PageCache
from ishizue.http.fair_queue import FairQueue
from ishizue.http.security.clients import TrustedProxies
from ishizue.http.security.origin import origin
from ishizue.program import Program


async def _always_ready() -> None:
    return None


@dataclass(slots=True)
class ServiceState:
    """One running service."""

    product: Program
    page_cache: PageCache
    proxies: TrustedProxies
    port: int
    public_url: str | None = None
    unready_reason: Callable[[], Awaitable[str | None]] = _always_ready
    """Why the service is not ready, for the operator; None if it is."""

    rendering: FairQueue = field(default_factory=FairQueue)
    """Turns for work that blocks the event loop for a millisecond or more."""

    reads: FairQueue = field(default_factory=FairQueue)
    """Turns for reads of the database of which anyone may request any number."""

    draining: bool = False
    was_ready: bool = False
    has_logged_origin: bool = False
    """Whether the refusal of another origin has been logged."""

    @property
    def url(self) -> str:
        """The base of absolute URLs."""
        return self.public_url or origin("http", "localhost", self.port)
