"""One's own day: a form that posts a date of birth, and what the calendar says of it.

A load balancer logs whole addresses, and a date of birth is personal: it is in none, no response
with it is stored, and nothing is kept here. Only a month and a day are, in the address to share.
"""

from datetime import date
from typing import Annotated, Any

from msgspec import Meta, Struct
from starlette.responses import Response

from ishizue.http import requests
from ishizue.http.csrf import require_own_origin
from ishizue.http.requests import InvalidForm
from kirosample import almanac, horoscope, quotes
from kirosample.web import birthdays
from kirosample.web.context import PortalRequest
from kirosample.web.i18n import FORMATS
from kirosample.web.pages import cached
from kirosample.web.problems import ForReaders

_LONG_LIVES = 2  # that a page names
_RISSHUN = 2  # 立春 is the third solar term of a year

_Typed = Annotated[str, Meta(max_length=10)]


class BirthdayForm(Struct):
    """A date of birth as it was typed, in an era or, without one, in the Gregorian calendar."""

    era: _Typed = ""
    year: _Typed = ""
    month: _Typed = ""
    day: _Typed = ""


async def ask(request: PortalRequest) -> Response:
    """The empty form."""
    return await _form(request, BirthdayForm())


async def show(request: PortalRequest) -> Response:
    """What the calendar says of the day in the form, or the form again with what is wrong."""
    require_own_origin(request)
    form = BirthdayForm()
    try:
        form = await requests.form_body(request, BirthdayForm)
        born = birthdays.born(request, form.era, form.year, form.month, form.day)
    except InvalidForm:
        return await _form(request, form, birthdays.no_numbers())
    except ForReaders as problem:
        return await _form(request, form, problem)
    today = request.today
    coming = almanac.next_birthday(born, today)
    risshun = almanac.solar_terms(born.year)[_RISSHUN].at.date()

    def context() -> dict[str, Any]:
        return {
            **_of_day(request, born, born),
            "day": almanac.day(born),
            "sign": horoscope.birth_sign(born),
            "age": almanac.age(born, today),
            "counted": almanac.counted_age(born, today),
            "next_birthday": coming,
            "days_until": (coming - today).days,
            "days": f"{almanac.days_lived(born, today):,}",
            "rounds": [(f"{n:,}", at) for n, at in almanac.round_days(born, today)],
            "long_lives": list(almanac.long_life(born, today))[:_LONG_LIVES],
            "moon_phase": horoscope.phase(born),
            "is_before_risshun": born < risshun,
        }

    return await _page(request, "birthday_day.html", context)


async def shared(request: PortalRequest) -> Response:
    """A birthday without its year."""
    path = request.path_params["month_and_day"]
    of = birthdays.of_year(path)
    day = birthdays.next_day(of, request.today)

    def context() -> dict[str, Any]:
        return {
            **_of_day(request, of, day),
            "day": almanac.day(day),
            "signs": horoscope.signs_of(of.month, of.day),
        }

    return await cached.page(request, "birthday_day.html", f"/birthday/{path}", None, context, day)


def _of_day(request: PortalRequest, of: date, colored: date) -> dict[str, Any]:
    """What both pages of a day have; they have the colors of a day."""
    return {
        "of": of,
        "date": colored,
        "anniversaries": quotes.anniversaries(request.portal.catalogue, of),
    }


async def _form(
    request: PortalRequest, form: BirthdayForm, problem: ForReaders | None = None
) -> Response:
    formats, messages = FORMATS[request.language], request.messages

    def context() -> dict[str, Any]:
        eras = (almanac.Era(name, 1) for name in almanac.era_days())
        return {
            "form": form,
            "eras": [(era.name, formats.era_name(era)) for era in eras],
            "date": request.today,
            "refused": problem and messages.tell(problem.message, problem.values),
        }

    return await _page(request, "birthday.html", context, problem.status if problem else 200)


async def _page(request: PortalRequest, template: str, context: Any, status: int = 200) -> Response:
    """The page, rendered in turn and stored by nobody."""

    def render() -> str:
        templates, language = request.portal.templates, request.language
        return templates.render(
            template, language, here="/birthday", today=request.today, **context()
        )

    html = await request.render_in_turn(object(), render)
    headers = {"Cache-Control": "no-store"}
    return Response(html, status, headers=headers, media_type="text/html")
