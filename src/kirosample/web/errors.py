"""Render errors: as JSON under `/api`, as a page elsewhere."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Any, Final

from starlette.responses import Response

from ishizue.health import LIVENESS_PATH, READINESS_PATH
from ishizue.http import problems, requests
from ishizue.http.fair_queue import Overloaded
from ishizue.http.page_responses import cached_page
from ishizue.http.problems import Problem
from ishizue.storage.errors import QueueFull, Unavailable
from kirosample import content, horoscope
from kirosample.almanac import FIRST_DAY, LAST_DAY, load_words
from kirosample.web.calendar_options import CALENDAR_OPTIONS
from kirosample.web.context import PortalRequest
from kirosample.web.i18n.languages import PREFIXES
from kirosample.web.kinds import KINDS
from kirosample.web.problems import ForReaders, favorites_unavailable
from kirosample.web.queries import LUCKY, MAX_CHARACTERS, MAX_LISTED, UNLUCKY

_JSON = ("/api/", LIVENESS_PATH, READINESS_PATH, "/openapi.json")

_FORM_SECONDS = 0.5
"""How long a refusal waits for the rest of a form, to show it again."""

_WORDS: Final = f"さがす言葉は、{MAX_CHARACTERS}文字までのふつうの文字で入れてください。"
_PURPOSES: Final = "".join(f"「{each.name.ja}」" for each in load_words().purposes.values())
_DAY: Final = (
    f"{FIRST_DAY.year}年1月1日から{LAST_DAY.year}年12月31日までの、実在する日をお選びください。"
)
_CHOICE: Final = "アドレスが正しくないようです。ページにある選択肢から、もう一度お選びください。"
_ITEM: Final = "お気に入りに入れるものが、見つかりませんでした。"
TO_READERS: Final = {
    **dict.fromkeys(("mine", "moved", "off", "overlap", *CALENDAR_OPTIONS), _CHOICE),
    "date": _DAY,
    "from": _DAY,
    "on": _DAY,
    "place": "場所は、県庁所在地からお選びください。",
    "by": "並べ方は、総合・恋愛・仕事・金運からお選びください。",
    "for": f"選べる目的は、{_PURPOSES}です。",
    "alarm": "通知の時刻は、07:30 のように入れてください。",
    "sign": "その星座は見つかりません。十二星座からお選びください。",
    "day": f"選べる吉日は、{'、'.join(LUCKY.values())}です。",
    "without": f"除けるのは、{'、'.join(UNLUCKY.values())}です。",
    "year": f"{FIRST_DAY.year} から {LAST_DAY.year} までの年をお選びください。",
    "era": "年号を、一覧からお選びください。",
    "month": "生まれた年・月・日を、数字で入れてください。",
    "today": "先に開けるのは、明日のページまでです。",
    "limit": f"一度に見られるのは、1件から{MAX_LISTED}件までです。",
    "cursor": "一覧のつづきが見つかりません。最初のページからご覧ください。",
    "type": f"選べる種類は、{'か'.join(kind.name for kind in KINDS.values())}です。",
    "not": "アドレスが正しくないようです。名言のページから、もう一度お選びください。",
    "q": _WORDS,
    "author": _WORDS,
    "topic": _WORDS,
    "like": _ITEM,
    "item": _ITEM,
    "code": "コードが正しくないようです。もう一度お確かめください。",
}
"""What a page says about an invalid field: its reader does not know the field's name."""

_FORMS: Final = {
    "/days": "吉日をさがす",
    "/birthday": "誕生日を入れる",
    "/calendar": "カレンダーに入れる",
    "/quotes": "名言をさがす",
}
"""The pages whose errors lead back to them: their reader asked for something."""

_OF_DAY: Final = ("/date", "/horoscope", "/quote")
"""The pages whose errors have a field for another day."""

OTHER_ADDRESS: Final = "このアドレスからは受け付けられません。いつものアドレスから開いてください。"
"""What a page says of a write from another origin: mostly the site itself, by another name."""


@cache
def load_serving() -> Mapping[str, str]:
    """The Japanese of each message of `ishizue`, by its English. Raises ContentError."""
    return content.read("web/i18n/serving.toml", dict[str, str])


async def render(request: PortalRequest, error: Exception) -> Response:
    """The response to an exception. A defect is logged, and shown without its insides."""
    problem = _problem(request, error)
    if request.scope["path"].startswith(_JSON):
        return problem.as_json()
    unread = request.scope["method"] == "POST" and request.sent_form is None
    # A client that expects `100 Continue` has not sent its form, and need not.
    if problem.status == 429 and unread and b"expect" not in request.exchange.headers:
        with suppress(Problem, TimeoutError):
            async with asyncio.timeout(_FORM_SECONDS):
                request.sent_form = await requests.form_fields(request)
    if not isinstance(error, Overloaded) or request.sent_form is not None:
        try:
            return await _page(request, problem)
        except Overloaded as full:
            request.sent_form = None
            problem = _problem(request, full)
    return await _page(request, problem, in_turn=False)


def _problem(request: PortalRequest, error: Exception) -> Problem:
    """What to tell the client, in Japanese: the catalogue has the English."""
    problem = _of(request, error)
    problem.message = load_serving().get(problem.message, problem.message)
    return problem


def _of(request: PortalRequest, error: Exception) -> Problem:
    match error:
        case QueueFull():  # no outage
            return problems.overloaded()
        case Unavailable():
            request.favorites.database.refused(error)
            return favorites_unavailable()
        case _:
            return problems.problem_of(request, error)


async def _page(request: PortalRequest, problem: Problem, *, in_turn: bool = True) -> Response:
    """The error's page, made once a day unless it repeats a form or what was typed into one.

    It is made in its client's turn, except the few pages that say that this takes too long.
    """
    day: dict[str, Any] = {}
    try:
        # The day's colors and its Moon, unless the calendar itself may be the defect.
        if problem.status != 500:
            day["date"] = request.today
    except Problem as wrong_clock:
        problem = wrong_clock
    language = request.language
    messages = request.messages
    path = request.scope["path"].removeprefix(PREFIXES[language])
    back = next(filter(path.startswith, _FORMS), None)
    of_day = path if problem.field == "date" and path in _OF_DAY else None
    posted = f"/{path.split('/')[1]}" if request.scope["method"] == "POST" else None
    simple = None if isinstance(problem, ForReaders) else TO_READERS.get(problem.field or "")
    if problem.status == 403:
        simple = OTHER_ADDRESS
    detail = messages.say(simple) if simple else messages.tell(problem.message, problem.values)

    def html() -> str:
        moon = {"moon_phase": horoscope.phase(day["date"])} if day else {}
        return request.portal.templates.render(
            "error.html",
            language,
            status=problem.status,
            field=problem.field,
            detail=detail,
            posted=posted,
            back=(back, _FORMS[back]) if back else None,
            of_day=of_day,
            again=request.scope["path"] if "Retry-After" in problem.headers else None,
            form=request.sent_form,
            **day,
            **moon,
        )

    # A 422 may quote what was typed, which no cache keeps.
    if request.sent_form is None and (simple or problem.status != 422):
        key = (
            "error",
            language,
            problem.status,
            problem.field,
            detail,
            back,
            of_day,
            posted,
            day.get("date"),
        )
        if in_turn:
            body = (await cached_page(request, key, html, compressible=False)).body
        else:
            body = request.service_state.page_cache.page(key, html).body
    else:
        body = (await request.render_in_turn(object(), html)).encode()
    headers = {**problem.headers, "Cache-Control": "no-store"}
    return Response(body, problem.status, headers=headers, media_type="text/html")
