"""The responses to what handlers raise."""

from ishizue.health import LIVENESS_PATH, READINESS_PATH
from ishizue.http import problems
from ishizue.http.problems import Problem
from ishizue.storage.errors import Unavailable
from starlette.responses import Response

from bookshelf.web.context import BooksRequest

_JSON = ("/api/", LIVENESS_PATH, READINESS_PATH, "/openapi.json")


async def render(request: BooksRequest, error: Exception) -> Response:
    """A defect is logged, and shown without its insides."""
    problem = _problem(request, error)
    if not request.scope["path"].startswith(_JSON):
        return _page(request, problem)
    return problem.as_json()


def _problem(request: BooksRequest, error: Exception) -> Problem:
    match error:
        case Unavailable():
            request.books.database.refused(error)
            headers = {"Retry-After": "2"}
            return Problem(503, "The books cannot be reached now. Try again soon.", headers=headers)
    return problems.problem_of(request, error)


def _page(request: BooksRequest, problem: Problem) -> Response:
    html = request.site.templates.render("error.html", status=problem.status, detail=problem.detail)
    headers = {**problem.headers, "Cache-Control": "no-store"}
    return Response(html, problem.status, headers=headers, media_type="text/html")
