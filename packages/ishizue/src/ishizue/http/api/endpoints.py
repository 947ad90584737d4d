"""A row of an API table is a handler: parse the request, call, encode the result as JSON."""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct
from starlette.responses import Response

from ishizue.failure import DeclarationError
from ishizue.http import requests
from ishizue.http.context import RequestContext
from ishizue.http.dispatch import Cost, Route, declared_at
from ishizue.http.security.headers import ContentSecurity

_WITH_BODY = ("POST", "PUT", "PATCH")


class NoQuery(Struct):
    """A query without parameters; of a write, no body."""


class Result(NamedTuple):
    """What a handler returns when the status is not 200. It may return a `Response` too."""

    status: int
    value: object = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An operation of the API: what serves it, what that costs, and what it may respond."""

    method: str
    path: str
    handler: Callable[..., Awaitable[object]]
    cost: Cost
    returns: type | None = None
    problems: tuple[int, ...] = ()
    statuses: tuple[int, ...] = (200,)
    summary: str = ""
    """What the API's document says of the operation; by default the handler's docstring."""

    example: object = None
    links: Mapping[str, object] | None = None
    security: tuple[str, ...] = ()
    """Names of the document's schemes, each of which may say who calls; none is required."""

    request_headers: Mapping[str, str] = field(default_factory=dict)
    """The request's header fields that the handler reads, and the meaning of each."""

    response_headers: Mapping[str, str] = field(default_factory=dict)
    """The headers that the response may have, and the meaning of each."""

    body_bytes: int = requests.BODY_BYTES
    """Maximum size of the body."""

    media_type: str = ""
    """The content type of a body that the handler takes as `bytes`; by default any."""

    content_security: ContentSecurity = field(default_factory=dict)
    """Sources that its responses need beside the service's, by directive of the policy.

    They count for all methods of its path.
    """

    takes: type[Struct] | type[bytes] = field(init=False)
    """The type of the handler's second parameter: the query, or the body of a write.

    The body is JSON, or `bytes` as they were sent.
    """

    path_type: type[Struct] | None = field(init=False)
    """The type of the handler's third parameter, for a path with parameters."""

    def __post_init__(self) -> None:
        if not inspect.iscoroutinefunction(self.handler):
            raise self._wrong("a handler is an `async def`")
        try:
            parameters = inspect.signature(self.handler, eval_str=True).parameters.values()
        except NameError as error:
            raise self._wrong(f"{error}: import the parameter's type for the program too") from None
        if len(parameters) not in (2, 3):
            raise self._wrong(
                "a handler takes the request, its query or body (NoQuery for none), "
                "and the path's parameters if there are any"
            )
        _, given, *path = parameters
        raw = given.annotation is bytes
        for parameter in path if raw else (given, *path):
            annotation = parameter.annotation
            if not isinstance(annotation, type) or not issubclass(annotation, Struct):
                has = "no type" if annotation is parameter.empty else f"type {annotation}"
                raise self._wrong(
                    f"{parameter.name} has {has}: "
                    "annotate it with a msgspec.Struct, or a body with bytes"
                )
        if raw and self.method not in _WITH_BODY:
            raise self._wrong(f"a {self.method} has no body to take as bytes")
        if self.media_type and not raw:
            raise self._wrong("media_type is that of a body that is taken as bytes")
        object.__setattr__(self, "takes", given.annotation)
        object.__setattr__(self, "path_type", path[0].annotation if path else None)
        typed = self.path_type.__struct_fields__ if self.path_type else ()
        if set(typed) != set(re.findall(r"{(\w+)}", self.path)):
            raise self._wrong("the handler's third parameter has the path's parameters")

    def _wrong(self, why: str) -> DeclarationError:
        return DeclarationError(f"{declared_at(self.handler)}: {self.method} {self.path}: {why}")

    @property
    def route(self) -> Route[Any]:
        """Its row in a table of routes."""
        return self.method, self.path, self, self.cost

    @property
    def takes_body(self) -> bool:
        return self.method in _WITH_BODY and self.takes is not NoQuery

    async def __call__(self, request: RequestContext) -> Response:
        """Serve one request. Raises Problem."""
        path = (requests.path(request, self.path_type),) if self.path_type else ()
        given: Struct | bytes
        if not issubclass(self.takes, Struct):
            given = await requests.raw_body(request, self.body_bytes, self.media_type)
        elif self.takes_body:
            given = await requests.json_body(request, self.takes, self.body_bytes)
        else:
            given = requests.query(request, self.takes)
        value = await self.handler(request, given, *path)
        if isinstance(value, Response):
            return value
        result = value if isinstance(value, Result) else Result(200, value)
        return Response(
            b"" if result.value is None else msgspec.json.encode(result.value),
            result.status,
            headers={"Cache-Control": "no-store"},
            media_type=None if result.value is None else "application/json",
        )
