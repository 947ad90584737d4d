"""How a row of the API's table becomes a handler: parse, admit, call, encode."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from kirosample.web import requests
from kirosample.web.schemas import NoQuery
from kirosample.web.visitors import remember
from kirosample.web.writes import admit


class Answer(NamedTuple):
    """What a handler answers, where the status is not 200."""

    status: int
    value: object = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A row of the API: what it takes (a query, or a JSON body), and what it answers."""

    method: str
    path: str
    handler: Callable[[Request, Any], Awaitable[object]]
    takes: type[msgspec.Struct] = NoQuery
    answers: type | None = None
    statuses: tuple[int, ...] = (200,)
    problems: tuple[int, ...] = ()

    @property
    def takes_body(self) -> bool:
        return self.method == "POST"

    async def __call__(self, request: Request) -> Response:
        """Serve one request. Raises Problem."""
        if self.method in ("POST", "DELETE"):
            request.scope["visitor"] = admit(request)
        read = requests.json_body(request, self.takes) if self.takes_body else None
        given = await read if read else requests.query(request, self.takes)
        value = await self.handler(request, given)
        answer = value if isinstance(value, Answer) else Answer(200, value)
        response = Response(
            b"" if answer.value is None else msgspec.json.encode(answer.value),
            answer.status,
            headers={"Cache-Control": "no-store"},
            media_type=None if answer.value is None else "application/json",
        )
        remember(request, response)
        return response
