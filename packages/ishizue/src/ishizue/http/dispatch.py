"""The ASGI application: find the route, call its handler, render errors, add headers, log.

Starlette's application passes each request through four layers and a list of routes, at three times
the cost; its requests, responses and lifespan are used as they are.
Why: docs/decisions/0001-http.md.
"""

import inspect
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from starlette.responses import Response, StreamingResponse
from starlette.routing import Router, compile_path
from starlette.types import Lifespan, Receive, Scope, Send

from ishizue.failure import DeclarationError
from ishizue.http import problems
from ishizue.http.context import ClientLeft, RequestContext, exchange_of
from ishizue.http.security.clients import TrustedProxies
from ishizue.http.security.headers import DEFAULT, SecurityHeaders
from ishizue.telemetry import RequestLog
from ishizue.telemetry.request_log import CLIENT_LEFT, NO_ROUTE, UNKNOWN, network, trace_id

_QUERY_FIELDS = 64
"""Maximum number of fields in a query."""

Cost = Literal["cheap", "cached", "in turn", "read"]
"""How others are kept from waiting for a route's costliest request. Tests measure it.

- cheap: the request takes no turn, because it is done in a millisecond or two.
- cached: its page waits its client's turn to be rendered, and is then in the page cache.
- in turn: what takes long in it waits its client's turn.
- read: it reads the database, with everybody who waits for the same, or in its client's turn.
"""

CHEAP: Cost = "cheap"
CACHED: Cost = "cached"
IN_TURN: Cost = "in turn"
READ: Cost = "read"

Context = TypeVar("Context", bound=RequestContext)
Handler = Callable[[Context], Awaitable[Response]]


class Unguarded(NamedTuple):
    """A handler of writes that are not admitted first, and why not."""

    handler: Handler[Any]
    reason: str


Route = tuple[str, str, Handler[Context] | Unguarded, Cost]
"""A method, a path with `{parameters}`, the handler, and how its requests wait."""

READING = ("GET", "HEAD")

_Handlers = tuple[str, Mapping[str, Handler[Context]]]
"""A route's path, and its handlers by method."""


class Application(Generic[Context]):
    """Serves a table of routes: the first path that matches counts, whatever the method.

    `context` makes the argument of the handlers, `render_error` the response to what they raise.
    `admit` raises Problem for a write that is refused before its body is read; it is asked about
    every request but GET and HEAD, unless its handler is `Unguarded`. `security` are the headers of
    every response but those of the routes that have their own, by path.
    """

    def __init__(
        self,
        routes: Iterable[Route[Context]],
        *,
        context: Callable[[Scope, Receive, Send], Context],
        admit: Callable[[Context], None],
        render_error: Callable[[Context, Exception], Awaitable[Response]],
        proxies: TrustedProxies,
        lifespan: Lifespan[Router],
        log: RequestLog | None = None,
        security: SecurityHeaders = DEFAULT,
        security_of_routes: Mapping[str, SecurityHeaders] | None = None,
    ) -> None:
        self._context = context
        self._render_error = render_error
        self._proxies = proxies
        self._lifespan = Router(lifespan=lifespan)
        self._log = log
        self._security = security
        self._security_of_routes = security_of_routes or {}
        self.on_served: Callable[[bytes, int, bytes], None] | None = None
        """Called for each GET with the target, the status and the `User-Agent`.

        The target is the path, `?` and the query, even an empty one.
        """

        self._plain: dict[str, _Handlers[Context]] = {}
        self._patterns: list[tuple[re.Pattern[str], _Handlers[Context]]] = []
        for path, handlers in _by_path(routes, admit).items():
            if "{" in path:
                self._patterns.append((compile_path(path)[0], (path, handlers)))
            else:
                self._plain[path] = path, handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._lifespan(scope, receive, send)
            return
        trace = self._trace(scope) if self._log else ""
        self._proxies.forward(scope)
        request = self._context(scope, receive, send)
        request.trace = trace
        status, length = 500, 0  # uvicorn's response, if ours cannot be sent
        try:
            status, length = await self._serve(request, receive, send)
        except ClientLeft:
            pass  # a response would reach nobody
        finally:
            request.exchange.end()
            if self.on_served and scope["method"] == "GET":
                target = scope["raw_path"] + b"?" + scope["query_string"]
                agent = request.exchange.headers.get(b"user-agent", b"")
                self.on_served(target, status, agent)
            if self._log:
                client = scope["client"]
                self._log.record(
                    scope["method"],
                    request.route,
                    CLIENT_LEFT if request.exchange.client_left else status,
                    length,
                    request.exchange.began,
                    network(client[0]) if client else UNKNOWN,
                    trace,
                )

    def route_of(self, path: str) -> str:
        """The path of the route that serves this one, with its parameters' names."""
        route = self._find({"path": path})
        return route[0] if route else NO_ROUTE

    def security_of(self, target: bytes) -> SecurityHeaders:
        """The security headers of a response to this request target."""
        if not self._security_of_routes:
            return self._security
        route = self.route_of(target.partition(b"?")[0].decode("latin-1"))
        return self._security_of_routes.get(route, self._security)

    def _trace(self, scope: Scope) -> str:
        """The load balancer's trace id, if a trusted proxy sent the request."""
        if not scope["client"] or not self._proxies.trusts(scope["client"][0]):
            return ""
        trace = exchange_of(scope).headers.get(b"x-amzn-trace-id")
        return trace_id(trace) if trace else ""

    async def _serve(self, request: Context, receive: Receive, send: Send) -> tuple[int, int]:
        """Call the handler and send its response; returns the status and the length of the body."""
        scope = request.scope
        try:
            response = await self._handler(request)(request)
        except ClientLeft:
            raise
        except Exception as error:
            response = await self._render_error(request, error)
        response.raw_headers += request.response_headers
        streamed = isinstance(response, StreamingResponse)
        body = None if streamed else bytes(response.body)
        status = response.status_code
        headers = response.raw_headers
        scheme = scope["scheme"]
        security = self._security_of_routes.get(request.route, self._security)
        if not request.exchange.write(status, headers, security.lines(scheme), body):
            headers += security.headers(scheme)
            await response(scope, receive, send)
        return status, len(body) if body and scope["method"] != "HEAD" else 0

    def _handler(self, request: Context) -> Handler[Context]:
        """The handler of the request's route. Raises Problem."""
        scope = request.scope
        route = self._find(scope)
        if route is None:
            raise problems.not_found()
        request.route, handlers = route
        if scope["query_string"].count(b"&") >= _QUERY_FIELDS:
            raise problems.too_many_fields(_QUERY_FIELDS)
        handler = handlers.get(scope["method"])
        if handler is None:
            raise problems.wrong_method(handlers)
        return handler

    def _find(self, scope: Scope) -> _Handlers[Context] | None:
        """The route of the scope's path; puts a pattern's parameters into the scope."""
        route = self._plain.get(scope["path"])
        if route:
            return route
        for pattern, handlers in self._patterns:
            match = pattern.match(scope["path"])
            if match:
                scope["path_params"] = match.groupdict()
                return handlers
        return None


async def _admitted(
    admit: Callable[[Context], None], handler: Handler[Context], request: Context
) -> Response:
    admit(request)
    return await handler(request)


def declared_at(handler: Any) -> str:
    """The file and line of a handler, and its name: the beginning of a message about it."""
    while isinstance(handler, partial):
        handler = handler.func
    function = inspect.unwrap(getattr(handler, "handler", handler))
    code = getattr(function, "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}: {code.co_name}" if code else repr(handler)


def _by_path(
    routes: Iterable[Route[Context]], admit: Callable[[Context], None]
) -> dict[str, dict[str, Handler[Context]]]:
    """The handlers of each path by method, those of writes guarded; HEAD wherever GET.

    Raises DeclarationError for a route that could never be served.
    """
    paths: dict[str, dict[str, Handler[Context]]] = defaultdict(dict)
    for method, path, handler, _ in routes:
        if method != method.upper():
            why = f"{method} {path}: a method is written in capital letters"
            raise DeclarationError(f"{declared_at(handler)}: {why}")
        if isinstance(handler, Unguarded):
            served = handler.handler
        elif method in READING:
            served = handler
        else:
            served = partial(_admitted, admit, handler)
        for name in READING if method == "GET" else (method,):
            if name in paths[path]:
                where = declared_at(handler)
                raise DeclarationError(f"{where}: {name} {path} has a second handler")
            paths[path][name] = served
    return paths
