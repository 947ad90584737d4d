"""A tiny service on the HTTP machinery: a cached page, and notes that clients list and add."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from datetime import UTC, date, datetime
from functools import partial
from ipaddress import IPv4Network
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ishizue.clock import Clock, posix_time
from ishizue.http import csrf, problems, requests
from ishizue.http.api import health
from ishizue.http.api.endpoints import Endpoint, Result
from ishizue.http.cached_pages import (
    cached_page,
    page_response,
    serve_in_fast_path,
)
from ishizue.http.caching.compression import accepts_gzip
from ishizue.http.caching.lifetime import Lifetime
from ishizue.http.caching.page_cache import PageCache
from ishizue.http.caching.shared_reads import SharedPage, landed
from ishizue.http.context import RequestContext
from ishizue.http.dispatch import CHEAP, Application, Route, Unguarded, cached
from ishizue.http.security.proxies import TrustedProxies
from ishizue.http.server import listen
from ishizue.http.service import Service
from ishizue.http.service_state import ServiceState
from ishizue.product import Product
from ishizue.storage.errors import Unavailable
from ishizue.storage.single_flight import SingleFlight
from ishizue.telemetry import RequestLog
from ishizue.testing.running import RunningService, run

PRODUCT = Product("Stand-in", "standin", "1.2.3")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = NOON.date()
LIFETIME = Lifetime(NOON.timestamp() + 12 * 3600)


class Note(Struct, forbid_unknown_fields=True):
    """What a client adds."""

    text: Annotated[str, Meta(max_length=100, description="up to 100 characters")]


class DateQuery(Struct):
    """Which page."""

    date: str = str(DAY)


class NotesRequest(RequestContext):
    """A request, with the notes."""

    def __init__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        service_state: ServiceState,
        notes: list[Note],
    ) -> None:
        super().__init__(scope, receive, send, service_state)
        self.notes = notes


def render(date: str) -> str:
    """HTML of a page, long enough for sendfile."""
    return f"<p>The page of {date}.</p>" * 1000


async def page(request: NotesRequest) -> Response:
    """The same for every client."""
    date = requests.query(request, DateQuery).date
    rendered = await cached_page(request, ("page", date), lambda: render(date))
    serve_in_fast_path(request, rendered, LIFETIME, f"date={DAY}")
    return page_response(request, rendered, LIFETIME)


LARGE = "".join(f"{number:07},\n" for number in range(66_000))
"""More than the kernel takes of a response."""


async def large(request: NotesRequest) -> Response:
    """A cached response that the kernel does not take at once."""
    rendered = await cached_page(request, "large", lambda: LARGE)
    serve_in_fast_path(request, rendered, LIFETIME)
    return page_response(request, rendered, LIFETIME)


async def list_notes(request: NotesRequest) -> Response:
    """Every note, unless the fast path has read them."""
    shared = landed(request.exchange) or shared_notes(request.notes)
    return shared.response(gzip=accepts_gzip(request))


def shared_notes(notes: list[Note]) -> SharedPage:
    return SharedPage(msgspec.json.encode(notes), "application/json")


async def add(request: NotesRequest, note: Note) -> Result:
    """Add a note."""
    request.notes.append(note)
    return Result(201, note)


class Glass(Struct, forbid_unknown_fields=True):
    """A form with fields of all kinds."""

    millilitres: Annotated[int, Meta(ge=1, le=5000, description="from 1 to 5000")]
    warm: bool = False
    drunk_on: date | None = None
    litres: float | None = None
    served: int = 0
    note: str = ""


async def pour(request: NotesRequest) -> Response:
    glass = await requests.form_body(request, Glass)
    return Response(msgspec.json.encode(glass), media_type="application/json")


class NotePath(Struct):
    """Which note."""

    number: Annotated[int, Meta(ge=1)]


async def edit(_: NotesRequest, note: Note, _path: NotePath) -> Result:
    """Change a note."""
    return Result(200, note)


async def hook(_: NotesRequest) -> Response:
    return Response(b"heard")


API = (
    Endpoint("PUT", "/notes/{number}", edit, CHEAP, Note),
    Endpoint("PATCH", "/notes/{number}", edit, CHEAP, Note),
    Endpoint("POST", "/notes", add, CHEAP, Note, statuses=(201,)),
    Endpoint("GET", "/livez", health.livez, CHEAP, returns=health.Liveness),
    Endpoint("GET", "/readyz", health.readyz, CHEAP, returns=health.Readiness, statuses=(200, 503)),
)
ROUTES: tuple[Route[NotesRequest], ...] = (
    ("GET", "/page", page, cached(2)),
    ("GET", "/page/{number}", page, cached(2)),
    ("GET", "/large", large, cached(2)),
    ("GET", "/notes", list_notes, CHEAP),
    ("POST", "/glasses", pour, CHEAP),
    ("POST", "/hook-of-ours", hook, CHEAP),
    ("POST", "/hook", Unguarded(hook, "its callers sign what they send"), CHEAP),
    *((endpoint.method, endpoint.path, endpoint, endpoint.cost) for endpoint in API),
)


async def render_error(request: NotesRequest, error: Exception) -> Response:
    if isinstance(error, Unavailable):
        return problems.overloaded().as_json()
    return problems.problem_of(request, error).as_json()


@asynccontextmanager
async def _lifespan(notes: list[Note], log: RequestLog | None, _: object) -> AsyncIterator[None]:
    reporting = (
        log.metrics.reporting({"Notes": lambda: len(notes)}) if log and log.metrics else None
    )
    async with reporting or nullcontext():
        yield


def standin(
    port: int = 0,
    *,
    proxies: tuple[IPv4Network, ...] = (),
    https: bool = False,
    clock: Clock = lambda: NOON,
    log: RequestLog | None = None,
    admit: Callable[[RequestContext], None] = csrf.require_own_origin,
) -> Service:
    """The service."""
    service_state = ServiceState(
        product=PRODUCT,
        page_cache=PageCache(1_000_000, posix_time(clock)),
        proxies=TrustedProxies(proxies, https=https),
        port=port,
    )
    notes: list[Note] = []
    reads = SingleFlight()

    async def read() -> SharedPage:
        return shared_notes(notes)

    shared_reads = {b"/notes": lambda: reads.flight("notes", read)}
    application = Application(
        ROUTES,
        context=partial(NotesRequest, service_state=service_state, notes=notes),
        admit=admit,
        render_error=render_error,
        proxies=service_state.proxies,
        lifespan=partial(_lifespan, notes, log),
        log=log,
    )
    return Service(application, service_state, shared_reads, log)


@contextmanager
def serving_standin(*, fast_path: bool = True, **options: Any) -> Iterator[RunningService]:
    """Serve the stand-in on a free port while the block runs."""
    with listen(0, "127.0.0.1") as listener:
        port = listener.getsockname()[1]
        served = standin(port, **options)
        with run(served, listener, fast_path=fast_path) as server:
            running = RunningService(f"http://127.0.0.1:{port}", served, server)
            with running.client:
                yield running
