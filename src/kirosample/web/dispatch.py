"""The ASGI application: find the address, call its handler, answer every error, add the headers.

Starlette's application does the same through four layers and a list of routes tried in turn, at
three times the cost of the rest; its requests, responses and lifespan are used here as they are.
Why: docs/decisions/0006-our-own-dispatch.md.
"""

import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Router, compile_path
from starlette.types import Lifespan, Receive, Scope, Send

from kirosample.web import errors, problems
from kirosample.web.portal import Portal
from kirosample.web.security import TrustedProxies, security_headers

Handler = Callable[[Request], Awaitable[Response]]
Rule = tuple[str, str, Handler]
"""A method, a path with `{parameters}`, and who answers."""


class Application:
    """Serves a table of rules; the first path that matches is the address, whatever the method."""

    def __init__(
        self,
        portal: Portal,
        rules: Iterable[Rule],
        proxies: TrustedProxies,
        lifespan: Lifespan[Router],
    ) -> None:
        self._portal = portal
        self._proxies = proxies
        self._lifespan = Router(lifespan=lifespan)
        self._plain: dict[str, dict[str, Handler]] = {}
        self._patterns: list[tuple[re.Pattern[str], dict[str, Handler]]] = []
        for path, handlers in _by_path(rules).items():
            if "{" in path:
                self._patterns.append((compile_path(path)[0], handlers))
            else:
                self._plain[path] = handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._lifespan(scope, receive, send)
            return
        scope["portal"] = self._portal
        self._proxies.forward(scope)
        request = Request(scope, receive, send)
        try:
            response = await self._handler(scope)(request)
        except Exception as error:
            response = errors.answer(request, error)
        response.raw_headers += security_headers(scope["scheme"])
        whole = scope.get("whole")
        if not whole or not whole.answer(response.status_code, response.raw_headers, response.body):
            await response(scope, receive, send)

    def _handler(self, scope: Scope) -> Handler:
        handlers = self._plain.get(scope["path"]) or self._matching(scope)
        handler = handlers.get(scope["method"])
        if handler is None:
            raise problems.wrong_method(handlers)
        return handler

    def _matching(self, scope: Scope) -> Mapping[str, Handler]:
        """The handlers of the first pattern that the path matches, its parameters in the scope."""
        for pattern, handlers in self._patterns:
            match = pattern.match(scope["path"])
            if match:
                scope["path_params"] = match.groupdict()
                return handlers
        raise problems.not_found()


def _by_path(rules: Iterable[Rule]) -> dict[str, dict[str, Handler]]:
    """The handlers of each path by method; HEAD wherever GET."""
    paths: dict[str, dict[str, Handler]] = defaultdict(dict)
    for method, path, handler in rules:
        paths[path][method] = handler
        if method == "GET":
            paths[path]["HEAD"] = handler
    return paths
