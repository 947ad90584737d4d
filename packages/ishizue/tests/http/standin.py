"""A tiny service on the HTTP machinery: a cached page, and notes that clients list and add."""

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from functools import partial
from ipaddress import IPv4Network
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from tests.notes_settings import Settings

from ishizue.clock import Clock
from ishizue.composition import service, service_state
from ishizue.http import requests
from ishizue.http.api.endpoints import Endpoint, NoQuery, Result
from ishizue.http.caching.page_cache import Lifetime
from ishizue.http.context import RequestContext
from ishizue.http.dispatch import CACHED, CHEAP, Route, Unguarded
from ishizue.http.page_responses import (
    cached_page,
    landed,
    page_response,
    serve_in_fast_path,
)
from ishizue.http.service import Service
from ishizue.http.wire import SharedPage, accepts_gzip
from ishizue.http.write_guard import require_own_origin
from ishizue.storage.single_flight import SingleFlight
from ishizue.telemetry import RequestLog
from ishizue.testing.running import RunningService, serving

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = NOON.date()
LIFETIME = Lifetime(NOON.timestamp() + 12 * 3600)

TRUSTED = (IPv4Network("127.0.0.0/8"),)
"""The proxies of a service whose clients are those that a test forwards."""


class Note(Struct, forbid_unknown_fields=True):
    """What a client adds."""

    text: Annotated[str, Meta(max_length=100, description="up to 100 characters")]


class DateQuery(Struct):
    """Which page."""

    date: str = str(DAY)


class NotesRequest(RequestContext):
    """A request, with the notes."""

    notes: list[Note]


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


async def digest(_: NotesRequest, body: bytes) -> str:
    """Take an event"""
    return hashlib.sha256(body).hexdigest()


async def plain_hook(request: NotesRequest) -> Response:
    return Response(await requests.raw_body(request, most=10))


async def tick(_: NotesRequest, _query: NoQuery) -> str:
    """Tick"""
    return "tock"


class Part(Struct):
    """A part of a list."""

    limit: int = 50
    text: str = "all"


async def part(_: NotesRequest, asked: Part) -> Part:
    """List"""
    return asked


class Free(Struct):
    """JSON of any kind."""

    text: str
    more: Any = None


async def free(_: NotesRequest, given: Free) -> Free:
    """Take anything"""
    return given


MOST = 256 * 1024
API = (
    Endpoint("POST", "/free", free, CHEAP, Free, body_bytes=MOST),
    Endpoint("POST", "/hooks", digest, CHEAP, str, body_bytes=MOST, media_type="application/json"),
    Endpoint("POST", "/any", digest, CHEAP, str),
    Endpoint(
        "POST",
        "/tick",
        tick,
        CHEAP,
        str,
        problems=(422, 503),
        security=("visitor",),
        response_headers={"Set-Cookie": "The visitor."},
    ),
    Endpoint("GET", "/list", part, CHEAP, Part, request_headers={"X-Shelf": "The shelf."}),
    Endpoint("PUT", "/notes/{number}", edit, CHEAP, Note),
    Endpoint("PATCH", "/notes/{number}", edit, CHEAP, Note),
    Endpoint("POST", "/notes", add, CHEAP, Note, statuses=(201,)),
)
ROUTES: tuple[Route[NotesRequest], ...] = (
    ("GET", "/page", page, CACHED),
    ("GET", "/page/{number}", page, CACHED),
    ("GET", "/large", large, CACHED),
    ("GET", "/notes", list_notes, CHEAP),
    ("POST", "/glasses", pour, CHEAP),
    ("POST", "/plain", plain_hook, CHEAP),
    ("POST", "/hook", Unguarded(hook, "its callers sign what they send"), CHEAP),
    *(endpoint.route for endpoint in API),
)


def standin(
    port: int = 0,
    *,
    proxies: tuple[IPv4Network, ...] = (),
    public_url: str | None = None,
    clock: Clock = lambda: NOON,
    log: RequestLog | None = None,
    admit: Callable[[RequestContext], None] = require_own_origin,
) -> Service:
    """The service."""
    settings = Settings(port=port, trusted_proxies=proxies, public_url=public_url)
    state = service_state(settings, clock=clock)
    notes: list[Note] = []
    reads = SingleFlight()

    async def read() -> SharedPage:
        return shared_notes(notes)

    def context(scope: Scope, receive: Receive, send: Send) -> NotesRequest:
        request = NotesRequest(scope, receive, send, state)
        request.notes = notes
        return request

    return service(
        settings,
        ROUTES,
        log=log,
        state=state,
        context=context,
        admit=admit,
        shared_reads={b"/notes": lambda: reads.flight("notes", read)},
    )


def serving_standin(
    *, fast_path: bool = True, **options: Any
) -> AbstractContextManager[RunningService]:
    """Serve the stand-in on a free port while the block runs."""
    return serving(partial(standin, **options), fast_path=fast_path)
