"""Every error becomes an answer here: JSON under `/api`, a page elsewhere."""

import logging
from http import HTTPStatus
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from kirosample.favorites import ReadFailed, Unavailable
from kirosample.web import languages, problems
from kirosample.web.portal import favorites_of, portal_of
from kirosample.web.problems import Problem
from kirosample.web.schemas import ProblemAnswer
from kirosample.web.visitors import remember

log = logging.getLogger(__name__)

_JSON = ("/api/", "/livez", "/readyz", "/openapi.json")

_WORDS: Final = "さがす言葉は、100文字までの、ふつうの文字で書いてください。"
_THING: Final = "お気に入りに入れるものが、見つかりませんでした。"
TO_READERS: Final = {
    "date": "1900-01-01 から 2100-12-31 までの、実在する日をお選びください。",
    "limit": "一度に見られるのは、1件から100件までです。",
    "cursor": "一覧のそのつづきは見つかりません。最初のページからご覧ください。",
    "type": "選べる種類は、名言か星占いです。",
    "not": "アドレスが正しくないようです。名言のページから、もう一度お選びください。",
    "q": _WORDS,
    "author": _WORDS,
    "topic": _WORDS,
    "like": _THING,
    "item": _THING,
}
"""What a page says of a field that is not as it should be: a reader never wrote its name."""


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
        favorites_of(request).database.refused(error)
        return problems.favorites_away()
    if isinstance(error, ReadFailed):  # it was logged with its traceback
        return problems.our_fault()
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
    messages = portal.templates.messages[language]
    words = None if problem.for_readers else TO_READERS.get(problem.field or "")
    detail = messages.say(words) if words else messages.tell(problem.message, problem.values)
    # The day's, but where the calendar itself may be what failed.
    colors = {} if problem.status == 500 else {"date": portal.today()}
    html = portal.templates.render(
        "error.html",
        language,
        status=problem.status,
        detail=detail,
        again=request.scope["path"] if "Retry-After" in problem.headers else None,
        form=request.scope.get("form"),
        favorites_enabled=portal.favorites is not None,
        **colors,
    )
    return Response(html, problem.status, headers=problem.headers, media_type="text/html")
