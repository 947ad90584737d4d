"""What every service's composition root builds alike."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any, TypeVar

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ishizue.clock import Clock, posix_time, system_clock
from ishizue.http import problems
from ishizue.http.api import health, openapi
from ishizue.http.api.endpoints import Endpoint
from ishizue.http.caching.page_cache import PageCache
from ishizue.http.context import RequestContext
from ishizue.http.dispatch import Application, Route, Unguarded
from ishizue.http.protocol.fast_path import SharedReads
from ishizue.http.security.clients import TrustedProxies
from ishizue.http.security.headers import ContentSecurity, SecurityHeaders
from ishizue.http.service import Service
from ishizue.http.service_state import ServiceState
from ishizue.http.write_guard import WriteGuard
from ishizue.memory import trimming_heap
from ishizue.settings import Settings
from ishizue.storage.database import Database
from ishizue.storage.errors import Unavailable
from ishizue.telemetry import RequestLog
from ishizue.telemetry.metrics import Gauge, Total

Context = TypeVar("Context", bound=RequestContext)


def service_state(
    settings: Settings, *, page_cache_bytes: int = 1024 * 1024, clock: Clock = system_clock
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


def service(
    settings: Settings,
    routes: Iterable[Route[Context] | Endpoint],
    *,
    log: RequestLog | None,
    state: ServiceState | None = None,
    context: Callable[[Scope, Receive, Send], Context] | None = None,
    admit: Callable[[Context], None] | None = None,
    render_error: Callable[[Context, Exception], Awaitable[Response]] | None = None,
    database: Database | None = None,
    resources: Iterable[AbstractAsyncContextManager[Any]] = (),
    gauges: Mapping[str, Gauge] | None = None,
    counters: Mapping[str, Total] | None = None,
    shared_reads: SharedReads | None = None,
    content_security: ContentSecurity | None = None,
) -> Service:
    """A service with these routes.

    It also has `/livez`, `/readyz` and `/openapi.json`, unless one of the routes has that path.

    The database is opened before the resources. It says whether the service is ready, and reports
    its own gauges. `context`, `admit` and `render_error` are those of `Application`: by default a
    `RequestContext`, a `WriteGuard` by the settings, and JSON as in RFC 9457. `content_security`
    adds sources to the policy of every response. Raises DeclarationError.
    """
    state = state or service_state(settings)
    rows: list[Route[Any]] = [row.route if isinstance(row, Endpoint) else row for row in routes]
    api = [handler for _, _, row, _ in rows if isinstance(handler := _unwrapped(row), Endpoint)]
    listed = {path for _, path, _, _ in rows}
    rows += (endpoint.route for endpoint in health.endpoints(listed))
    if openapi.PATH not in listed:
        made = partial(openapi.document, api, product=settings.product, description="")
        rows.append(openapi.route(made))
    security = SecurityHeaders(content_security)
    security_of_routes: dict[str, SecurityHeaders] = {}
    for endpoint in api:
        if endpoint.content_security:
            own = security_of_routes.get(endpoint.path, security)
            security_of_routes[endpoint.path] = own.adding(endpoint.content_security)
    if database:
        state.unready_reason = database.unready_reason
    application = Application[Any](
        rows,
        context=context or partial(RequestContext, service_state=state),
        admit=admit or WriteGuard(settings.writes_per_minute),
        render_error=render_error or partial(_as_json, database),
        proxies=state.proxies,
        lifespan=lambda _: lifespan(
            *((database,) if database else ()),
            *resources,
            log=log,
            gauges={**(database.gauges() if database else {}), **(gauges or {})},
            counters=counters,
        ),
        log=log,
        security=security,
        security_of_routes=security_of_routes,
    )
    return Service(application, state, shared_reads or {}, log)


def _unwrapped(handler: object) -> object:
    return handler.handler if isinstance(handler, Unguarded) else handler


async def _as_json(
    database: Database | None, request: RequestContext, error: Exception
) -> Response:
    if database and isinstance(error, Unavailable):
        database.refused(error)
    return problems.problem_of(request, error).as_json()


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
