"""The page of lucky days: three compared, the best of twelve months, all; and the page of one."""

import html
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from ishizue.http import problems, requests
from kirosample import almanac
from kirosample.web import wishes
from kirosample.web.context import PortalRequest
from kirosample.web.i18n import FORMATS, languages
from kirosample.web.i18n.day_words import against_it, reason, summed, together
from kirosample.web.i18n.languages import Messages
from kirosample.web.pages import day_pages
from kirosample.web.queries import LUCKY, UNLUCKY, WishQuery
from kirosample.web.templating import months


async def days(request: PortalRequest) -> Response:
    sent = request.query_params.multi_items()
    if not all(value for _, value in sent):  # what a form sends of empty fields
        query_string = urlencode([each for each in sent if each[1]], safe=":")
        path = languages.localized(request, "/days") + (query_string and f"?{query_string}")
        return RedirectResponse(path, status_code=303, headers={"Cache-Control": "no-store"})
    query = requests.query(request, WishQuery)
    wish = wishes.wish(request, query, on_page=True)
    alarm = request.alarm(query.alarm)
    here = wishes.address(wish, request.today)
    usual = wishes.shown_first(wish.purpose, request.today)
    messages = request.messages

    def context() -> dict[str, Any]:
        days = wish.days()
        formats = FORMATS[messages.language]
        shown, others = list[almanac.LuckyDay](), list[almanac.LuckyDay]()
        for day in days:
            (shown if _stands_out(day) else others).append(day)
        best = wishes.best(shown)
        fields = wishes.fields(wish, usual)
        tomorrow = request.today + timedelta(1)
        return {
            "wish": wish,
            "usual": usual,
            "sooner": html.escape(wishes.address(replace(wish, first=tomorrow), request.today)),
            "weekdays": html.escape(wishes.address(replace(wish, off=False), request.today)),
            "fields": fields,
            "purposes": almanac.load_words().purposes,
            "free": almanac.FREE,
            "kinds": {id_: (name, name in wish.asks) for id_, name in LUCKY.items()},
            "left_out": {id_: (name, name in wish.without) for id_, name in UNLUCKY.items()},
            "filters": [
                (*field, urlencode([each for each in fields if each != field], safe=":"))
                for field in fields
                if field[0] not in ("for", "on")
            ],
            "number": len(days),
            "compared": list(_compared(wish, messages)),
            "verdict": _verdict(wish.compared(), messages),
            "best": [(day.date, together(day, messages)) for day in best],
            "best_names": dict.fromkeys(name for day in best for name in day.reasons),
            "best_sent": messages.say("／").join(
                f"{formats.sent_date(day.date)} {summed(day.reasons, messages)}" for day in best[:3]
            ),
            "several": sum(len(day.reasons) > 1 for day in shown),
            "grids": months.grids(wish.purpose, shown, messages),
            "marks": months.LUCKY_MARKS,
            "months": months.lists(wish.purpose, others, messages),
            "calendar": html.escape(
                wishes.calendar_address(replace(wish, on=()), request.today, query.alarm)
            ),
            "alarm": query.alarm,
        }

    return await day_pages.page(request, "days.html", here, None, context, wish, alarm)


async def lucky_day(request: PortalRequest) -> Response:
    """A day for a purpose, to be sent: why it is good, and what speaks against it."""
    purpose = almanac.load_words().purposes.get(request.path_params["purpose"])
    day = request.day_in_path()
    if purpose is None or day is None:
        raise problems.not_found()
    here = f"/days/{purpose.id}/{day}"
    today = request.today

    def context() -> dict[str, Any]:
        lucky_day = almanac.lucky_day(purpose, day)
        messages = request.messages
        on_day = almanac.Wish(purpose, today, on=(day,))
        wish = wishes.shown_first(purpose, today)
        is_listed = 0 <= (day - wish.first).days < 365 and (not wish.off or almanac.is_day_off(day))
        days = almanac.Wish(purpose, day.replace(day=1)).days()
        of_month = [
            each for each in days[:31] if each.date.month == day.month and _stands_out(each)
        ]
        has_picture = request.has_picture_of_day(day, purpose)
        drawn = f"/share/lucky-day/{purpose.id}/{day}"
        back = wish if is_listed else replace(wish, first=day, off=False)
        return {
            "purpose": purpose,
            "free": almanac.FREE,
            "cautions": almanac.load_words().cautions,
            "reasons": lucky_day.reasons,
            "unlucky": lucky_day.against,
            "sum": summed(lucky_day.reasons, messages),
            "reason": reason(lucky_day, purpose, messages),
            "against": against_it(lucky_day, messages),
            "is_against": _is_against(lucky_day),
            "day": almanac.day(day),
            "grids": months.grids(purpose, of_month, messages, day),
            "marks": months.LUCKY_MARKS,
            "is_today": False,  # it says the same on every day
            "is_indexed": request.is_ahead(day),
            "picture": drawn if has_picture else f"/share/days/{purpose.id}",
            "calendar": html.escape(wishes.calendar_address(on_day, today)),
            "back": html.escape(wishes.address(back, today)),
        }

    return await day_pages.page(request, "lucky_day.html", here, day, context, purpose.id)


def _compared(wish: almanac.Wish, messages: Messages) -> Iterator[dict[str, Any]]:
    """The days that are compared, each with what is said for and against it."""
    for day in wish.compared():
        summary = almanac.summary(day.date)
        yield {
            "date": day.date,
            "reason": reason(day, wish.purpose, messages),
            "against": against_it(day, messages),
            "is_against": _is_against(day),
            "rokuyo": summary.rokuyo,
            "holiday": summary.holiday,
        }


def _is_against(day: almanac.LuckyDay) -> bool:
    """Whether something speaks against a day: nothing does on 天赦日."""
    return bool(day.against) and almanac.PARDON not in day.reasons


def _verdict(compared: Sequence[almanac.LuckyDay], messages: Messages) -> str:
    """Which of the days is the best."""
    most = max((day.strength for day in compared), default=0)
    if not most:
        return messages.say("どの日も、吉日とは数えません。都合の良い日を。")
    short_date = FORMATS[messages.language].short_date
    best = messages.say("と").join(short_date(d.date) for d in compared if d.strength == most)
    return messages.say("この中では、{dates}がいちばんです。", dates=best)


def _stands_out(day: almanac.LuckyDay) -> bool:
    """Whether a month's grid shows it: several lucky days fall together, or 天赦日 alone."""
    return len(day.reasons) > 1 or almanac.is_rare(day)
