"""One's own day: a form that posts a date of birth, and what the calendar says of it.

A load balancer logs whole addresses, and a date of birth is personal: it is in none, no response
with it is stored, and nothing is kept here. Only a month and a day are, in the address to share.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from msgspec import Struct
from starlette.responses import RedirectResponse, Response

from ishizue.http import requests
from ishizue.http.write_guard import require_own_origin
from kirosample import almanac, horoscope, quotes
from kirosample.web import birthdays
from kirosample.web.context import PortalRequest
from kirosample.web.i18n import english, languages
from kirosample.web.i18n.languages import JAPANESE
from kirosample.web.pages import day_pages
from kirosample.web.problems import ForReaders


class BirthdayForm(Struct):
    """A date of birth as it was typed, in an era or, without one, in the Gregorian calendar."""

    era: str = ""
    year: str = ""
    month: str = ""
    day: str = ""


async def ask(request: PortalRequest) -> Response:
    """The empty form."""
    return await _form(request, BirthdayForm())


async def show(request: PortalRequest) -> Response:
    """What the calendar says of the day in the form, or the form again with what is wrong.

    Without a year it is the page of any year.
    """
    require_own_origin(request)
    form = await requests.form_body(request, BirthdayForm)
    try:
        if not (form.era or form.year):
            of = birthdays.of_any_year(form.month, form.day)
            path = languages.localized(request, f"/birthday/{of:%m-%d}")
            return RedirectResponse(path, status_code=303, headers={"Cache-Control": "no-store"})
        born = birthdays.born(request, form.era, form.year, form.month, form.day)
    except ForReaders as problem:
        return await _form(request, form, problem)

    def context() -> dict[str, Any]:
        return {
            **_of_day(request, born, born),
            "sign": horoscope.birth_sign(born),
            "life": almanac.life(born, request.today),
            "moon_phase": horoscope.phase(born),
        }

    return await _page(request, "birthday_day.html", context)


async def shared(request: PortalRequest) -> Response:
    """A birthday without its year."""
    path = request.path_params["month_and_day"]
    of = birthdays.of_year(path)
    day = birthdays.next_day(of, request.today)

    def context() -> dict[str, Any]:
        return {**_of_day(request, of, day), "signs": horoscope.signs_of(of.month, of.day)}

    return await day_pages.page(
        request, "birthday_day.html", f"/birthday/{path}", None, context, day
    )


def _of_day(request: PortalRequest, of: date, day: date) -> dict[str, Any]:
    """What both pages have of a birthday; they have the seasons and colors of a day."""
    coming = almanac.next_birthday(of, request.today)
    return {
        "coming": coming,
        "days_until": (coming - request.today).days,
        "of": of,
        "date": day,
        "day": almanac.day(day),
        "anniversaries": quotes.anniversaries(request.portal.catalogue, of),
        "quote": request.portal.catalogue.of_day(of.replace(year=birthdays.LEAP_YEAR)),
    }


async def _form(
    request: PortalRequest, form: BirthdayForm, problem: ForReaders | None = None
) -> Response:
    def named(era: str) -> str:
        return era if request.language == JAPANESE else english.era_name(almanac.Era(era, 1))

    def context() -> dict[str, Any]:
        return {
            "form": form,
            "eras": {era: named(era) for era in almanac.ERAS},
            "date": request.today,
            "wrong": problem and problem.field,
            "refused": problem and request.messages.tell(problem.message, problem.values),
        }

    return await _page(request, "birthday.html", context, problem.status if problem else 200)


async def _page(
    request: PortalRequest, template: str, context: Callable[[], dict[str, Any]], status: int = 200
) -> Response:
    """The page, rendered in turn and stored by nobody."""
    posted = "/birthday" if request.scope["method"] == "POST" else None

    def render() -> str:
        templates = request.portal.templates
        return templates.render(
            template, request.language, here="/birthday", posted=posted, **context()
        )

    html = await request.render_in_turn(object(), render)
    headers = {"Cache-Control": "no-store"}
    return Response(html, status, headers=headers, media_type="text/html")
