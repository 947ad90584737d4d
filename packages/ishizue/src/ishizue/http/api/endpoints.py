"""A row of an API table is a handler: parse the request, call, encode the result as JSON."""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec
from starlette.responses import Response

from ishizue.http import requests
from ishizue.http.context import RequestContext
from ishizue.http.dispatch import Cost


class NoQuery(msgspec.Struct):
    """A query without parameters."""


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
    """What the handler reads of the request's fields: the meaning of each."""

    response_headers: Mapping[str, str] = field(default_factory=dict)
    """The headers that the response may have: the meaning of each."""

    takes: type[msgspec.Struct] = field(init=False)
    """The type of the handler's second parameter: the query, or the JSON body of a write."""

    path_type: type[msgspec.Struct] | None = field(init=False)
    """The type of the handler's third parameter, for a path with parameters."""

    def __post_init__(self) -> None:
        parameters = inspect.signature(self.handler, eval_str=True).parameters.values()
        if len(parameters) not in (2, 3):
            raise TypeError(
                f"{self.path}: a handler takes the request, its query or body (NoQuery for none), "
                "and the path's parameters if there are any"
            )
        _, given, *path = parameters
        object.__setattr__(self, "takes", given.annotation)
        object.__setattr__(self, "path_type", path[0].annotation if path else None)
        typed = self.path_type.__struct_fields__ if self.path_type else ()
        if set(typed) != set(re.findall(r"{(\w+)}", self.path)):
            raise TypeError(f"{self.path}: the handler's third parameter has its parameters")

    @property
    def takes_body(self) -> bool:
        return self.method in ("POST", "PUT", "PATCH")

    async def __call__(self, request: RequestContext) -> Response:
        """Serve one request. Raises Problem."""
        path = (requests.path(request, self.path_type),) if self.path_type else ()
        body = requests.json_body(request, self.takes) if self.takes_body else None
        given = await body if body else requests.query(request, self.takes)
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
