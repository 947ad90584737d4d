"""Every error becomes an answer here: JSON under `/api`, a page elsewhere."""

import logging
from http import HTTPStatus

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from kirosample.favorites import Unavailable
from kirosample.web import languages, problems
from kirosample.web.portal import portal_of
from kirosample.web.problems import Problem
from kirosample.web.schemas import ProblemAnswer
from kirosample.web.visitors import remember

log = logging.getLogger(__name__)

_JSON = ("/api/", "/livez", "/readyz", "/openapi.json")


def answer(request: Request, error: Exception) -> Response:
    """What the client is told. A defect of ours is logged, and shown without its insides."""
    problem = _problem(request, error)
    in_json = request.scope["path"].startswith(_JSON)
    response = _json(problem) if in_json else _page(request, problem)
    response.headers["Cache-Control"] = "no-store"
    remember(request, response)
    return response


def _problem(request: Request, error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, Unavailable):
        return problems.favorites_away()
    scope = request.scope
    found_by = {name: scope.get(name, "") for name in ("route", "trace")}
    log.error("a defect in answering %s", request.method, exc_info=error, extra=found_by)
    return problems.our_fault()


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
    portal, language = portal_of(request), languages.of(request)
    html = portal.templates.render(
        "error.html",
        language,
        status=problem.status,
        detail=portal.templates.messages[language].tell(problem.message, problem.values),
        favorites_enabled=portal.favorites is not None,
    )
    return Response(html, problem.status, headers=problem.headers, media_type="text/html")
