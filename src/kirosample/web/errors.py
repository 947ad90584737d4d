"""Every error becomes an answer here: JSON under `/api`, a page elsewhere."""

from http import HTTPStatus

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ExceptionHandler

from kirosample.favorites import Unavailable
from kirosample.web import problems
from kirosample.web.portal import portal_of
from kirosample.web.problems import Problem
from kirosample.web.schemas import ProblemAnswer
from kirosample.web.visitors import remember

_JSON = ("/api/", "/livez", "/readyz", "/openapi.json")


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101  (Starlette's handlers are typed for any)
    in_json = request.url.path.startswith(_JSON)
    response = _json(error) if in_json else _page(request, error)
    response.headers["Cache-Control"] = "no-store"
    remember(request, response)
    return response


async def _unknown_address(request: Request, _error: Exception) -> Response:
    return await _problem(request, problems.not_found())


async def _unavailable(request: Request, _error: Exception) -> Response:
    return await _problem(request, problems.favorites_away())


async def _unexpected(request: Request, _error: Exception) -> Response:
    """A defect outside of any handler: the server logs it with its traceback."""
    return await _problem(request, problems.our_fault())


def _json(problem: Problem) -> Response:
    body = ProblemAnswer(
        title=HTTPStatus(problem.status).phrase,
        status=problem.status,
        detail=problem.detail,
        field=problem.field or msgspec.UNSET,
    )
    return Response(
        msgspec.json.encode(body),
        problem.status,
        headers=problem.headers,
        media_type="application/problem+json",
    )


def _page(request: Request, problem: Problem) -> Response:
    portal = portal_of(request)
    html = portal.templates.render(
        "error.html",
        status=problem.status,
        detail=problem.detail,
        favorites_enabled=portal.favorites is not None,
    )
    return Response(html, problem.status, headers=problem.headers, media_type="text/html")


HANDLERS: dict[int | type[Exception], ExceptionHandler] = {
    Problem: _problem,
    404: _unknown_address,
    Unavailable: _unavailable,
    Exception: _unexpected,
}
