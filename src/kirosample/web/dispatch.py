"""The ASGI application: find the address, call its handler, answer every error, add the headers,
and tell of the answer.

Starlette's application does the same through four layers and a list of routes tried in turn, at
three times the cost of the rest; its requests, responses and lifespan are used here as they are.
Why: docs/decisions/0006-our-own-dispatch.md.
"""

import re
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Router, compile_path
from starlette.types import Lifespan, Receive, Scope, Send

from kirosample.limits import QUERY_FIELDS
from kirosample.telemetry import RequestLog
from kirosample.telemetry.networks import UNKNOWN, network
from kirosample.telemetry.request_log import CLIENT_LEFT, NO_ROUTE, trace_id
from kirosample.web import errors, problems
from kirosample.web.portal import Portal
from kirosample.web.requests import header
from kirosample.web.security import TrustedProxies, security_headers, security_lines

Handler = Callable[[Request], Awaitable[Response]]
Rule = tuple[str, str, Handler]
"""A method, a path with `{parameters}`, and who answers."""

Address = tuple[str, Mapping[str, Handler]]
"""A rule's path, and its handlers by method."""


class Application:
    """Serves a table of rules; the first path that matches is the address, whatever the method."""

    def __init__(
        self,
        portal: Portal,
        rules: Iterable[Rule],
        proxies: TrustedProxies,
        lifespan: Lifespan[Router],
        log: RequestLog | None = None,
    ) -> None:
        self._portal = portal
        self._proxies = proxies
        self._lifespan = Router(lifespan=lifespan)
        self._log = log
        self._plain: dict[str, Address] = {}
        self._patterns: list[tuple[re.Pattern[str], Address]] = []
        for path, handlers in _by_path(rules).items():
            if "{" in path:
                self._patterns.append((compile_path(path)[0], (path, handlers)))
            else:
                self._plain[path] = path, handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._lifespan(scope, receive, send)
        elif self._log:
            await self._telling(self._log, scope, receive, send)
        else:
            await self._answer(scope, receive, send)

    def route(self, path: str) -> str:
        """The path of the rule that serves this one: what a log may know of it."""
        address = self._find({"path": path})
        return address[0] if address else NO_ROUTE

    async def _telling(self, log: RequestLog, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("began", time.perf_counter())
        if scope["client"] and self._proxies.trusts(scope["client"][0]):
            trace = header(scope, b"x-amzn-trace-id")
            scope["trace"] = trace_id(trace.encode("latin-1")) if trace else ""
        status, length = 500, 0  # uvicorn's answer, where ours cannot be given
        try:
            status, length = await self._answer(scope, receive, send)
        finally:
            log.answered(
                scope["method"],
                scope["route"],
                CLIENT_LEFT if scope.get("lost") else status,
                length,
                scope["began"],
                network(scope["client"][0]) if scope["client"] else UNKNOWN,
                scope.get("trace", ""),
            )

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> tuple[int, int]:
        """Answer; tells the status and the length of the body."""
        scope["portal"] = self._portal
        scope["route"] = NO_ROUTE
        self._proxies.forward(scope)
        request = Request(scope, receive, send)
        try:
            response = await self._handler(scope)(request)
        except Exception as error:
            response = errors.answer(request, error)
        status, headers, body = response.status_code, response.raw_headers, bytes(response.body)
        # Taken out of the scope, which it refers to: a circle waits for the garbage collector.
        scheme, whole = scope["scheme"], scope.pop("whole", None)
        if not whole or not whole.answer(status, headers, security_lines(scheme), body):
            headers += security_headers(scheme)
            await response(scope, receive, send)
        return response.status_code, 0 if scope["method"] == "HEAD" else len(response.body)

    def _handler(self, scope: Scope) -> Handler:
        address = self._find(scope)
        if address is None:
            raise problems.not_found()
        scope["route"], handlers = address
        if scope["query_string"].count(b"&") >= QUERY_FIELDS:
            raise problems.too_many_fields(QUERY_FIELDS)
        handler = handlers.get(scope["method"])
        if handler is None:
            raise problems.wrong_method(handlers)
        return handler

    def _find(self, scope: Scope) -> Address | None:
        """The address of the path; a pattern's parameters are put into the scope."""
        address = self._plain.get(scope["path"])
        if address:
            return address
        for pattern, address in self._patterns:
            match = pattern.match(scope["path"])
            if match:
                scope["path_params"] = match.groupdict()
                return address
        return None


def _by_path(rules: Iterable[Rule]) -> dict[str, dict[str, Handler]]:
    """The handlers of each path by method; HEAD wherever GET."""
    paths: dict[str, dict[str, Handler]] = defaultdict(dict)
    for method, path, handler in rules:
        paths[path][method] = handler
        if method == "GET":
            paths[path]["HEAD"] = handler
    return paths
