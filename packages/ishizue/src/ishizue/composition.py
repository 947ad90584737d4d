"""What every service's composition root builds alike."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

from ishizue.clock import Clock, posix_time, system_clock
from ishizue.http.caching.page_cache import PageCache
from ishizue.http.security.proxies import TrustedProxies
from ishizue.http.service_state import ServiceState
from ishizue.memory import trimming_heap
from ishizue.settings import Settings
from ishizue.telemetry import RequestLog
from ishizue.telemetry.metrics import Gauge, Total


def service_state(
    settings: Settings, *, page_cache_bytes: int, clock: Clock = system_clock
) -> ServiceState:
    """The state of a service with these settings; `page_cache_bytes` bounds its cached pages."""
    https = (settings.public_url or "").startswith("https:")
    return ServiceState(
        product=settings.product,
        page_cache=PageCache(page_cache_bytes, posix_time(clock)),
        proxies=TrustedProxies(settings.trusted_proxies, https=https),
        port=settings.port,
        public_url=settings.public_url,
    )


@asynccontextmanager
async def lifespan(
    *resources: AbstractAsyncContextManager[Any],
    log: RequestLog | None,
    gauges: Mapping[str, Gauge],
    counters: Mapping[str, Total] | None = None,
) -> AsyncIterator[None]:
    """A service's lifespan: its resources are open, and its metrics reported if it logs them."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(trimming_heap())
        for resource in resources:
            await stack.enter_async_context(resource)
        if log and log.metrics:
            await stack.enter_async_context(log.metrics.reporting(gauges, counters))
        yield
