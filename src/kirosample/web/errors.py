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

_OUR_FAULT = "申し訳ありません。こちらの不具合でお答えできませんでした。"


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
    """A defect of ours: logged by the server with its traceback, shown without its insides."""
    return await _problem(request, Problem(500, _OUR_FAULT))


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
