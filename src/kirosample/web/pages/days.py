"""The page of lucky days: three compared, the best of twelve months, all; and the page of one."""

import html
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any, Final
from urllib.parse import urlencode

import minijinja
from starlette.responses import RedirectResponse, Response

from ishizue.http import problems, requests
from kirosample import almanac
from kirosample.web import lucky
from kirosample.web.context import PortalRequest
from kirosample.web.i18n import FORMATS, languages
from kirosample.web.i18n.languages import JAPANESE, PREFIXES
from kirosample.web.i18n.lucky import against_it, joined, reason, summed, together
from kirosample.web.i18n.messages import Messages
from kirosample.web.pages import day_pages
from kirosample.web.queries import LUCKY, UNLUCKY, WishQuery

_BEST: Final = 5
"""The most days that the page names before all others."""

_DARKEST: Final = 3
"""The mark of a rare day; 0 is that of one of which little is left."""

_MARKS: Final = {
    "天赦日": "天", "大安": "大", "友引": "友", "一粒万倍日": "万", "母倉日": "母", "鬼宿日": "鬼",
    "寅の日": "寅", "己巳の日": "己", "巳の日": "巳", "甲子の日": "子",
}  # fmt: skip
"""What stands for a lucky day in a month's grid."""

_CELLS: Final = ["<td></td>", *(f"<td>{number}</td>" for number in range(1, 32))]
"""The cell of a day that is not lucky, by its number; 0 stands for one of another month."""


_MONTH: Final = attrgetter("date.year", "date.month")

_KEPT: Final = 256
"""The most sums of lucky days whose words are kept: a page has some twenty."""


async def days(request: PortalRequest) -> Response:
    sent = request.query_params.multi_items()
    if not all(value for _, value in sent):  # what a form sends of empty fields
        query_string = urlencode([each for each in sent if each[1]], safe=":")
        path = languages.localized(request, "/days") + (query_string and f"?{query_string}")
        return RedirectResponse(path, status_code=303, headers={"Cache-Control": "no-store"})
    query = requests.query(request, WishQuery)
    wish = lucky.wish(request, query)
    alarm = request.alarm(query.alarm)
    here = lucky.address("/days", wish, request.today)
    messages = request.messages

    def context() -> dict[str, Any]:
        days = wish.days()
        formats = FORMATS[messages.language]
        shown, others = list[almanac.LuckyDay](), list[almanac.LuckyDay]()
        for day in days:
            (shown if _stands_out(day) else others).append(day)
        best = _best(shown)
        fields = lucky.fields(wish, request.today)
        return {
            "wish": wish,
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
            "best_sent": messages.say("／").join(
                f"{formats.sent_date(day.date)} {summed(day.reasons, messages)}" for day in best[:3]
            ),
            "several": sum(len(day.reasons) > 1 for day in shown),
            "grids": _grids(wish.purpose, shown, messages),
            "marks": _MARKS,
            "months": _months(wish.purpose, others, messages),
            "calendar": html.escape(
                lucky.address("/days.ics", replace(wish, on=()), request.today, query.alarm)
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
        wish = almanac.Wish(purpose, today)
        calendar = lucky.address("/days.ics", replace(wish, on=(day,)), today)
        is_listed = 0 <= (day - today).days < 365
        days = almanac.Wish(purpose, day.replace(day=1)).days()
        of_month = [
            each for each in days[:31] if each.date.month == day.month and _stands_out(each)
        ]
        has_picture = request.has_picture_of_day(day, purpose)
        drawn = f"/share/lucky-day/{purpose.id}/{day}"
        back = wish if is_listed else replace(wish, first=day)
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
            "grids": _grids(purpose, of_month, messages, day),
            "marks": _MARKS,
            "is_today": False,  # it says the same on every day
            "is_indexed": request.is_ahead(day),
            "picture": drawn if has_picture else f"/share/days/{purpose.id}",
            "calendar": html.escape(calendar),
            "back": html.escape(lucky.address("/days", back, today)),
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


def _best(lucky_days: Iterable[almanac.LuckyDay]) -> list[almanac.LuckyDay]:
    """The rarest days, in order; of equal ones those that less speaks against."""
    rare = sorted(
        filter(almanac.is_rare, lucky_days), key=lambda each: (-each.strength, len(each.against))
    )
    return sorted(rare[:_BEST], key=lambda each: each.date)


def _stands_out(day: almanac.LuckyDay) -> bool:
    """Whether a month's grid shows it: several lucky days fall together, or 天赦日 alone."""
    return len(day.reasons) > 1 or almanac.is_rare(day)


def _grids(
    purpose: almanac.Purpose,
    lucky_days: Iterable[almanac.LuckyDay],
    messages: Messages,
    of: date | None = None,
) -> str:
    """HTML of a table for each month that has such days, from Sunday; empty if none has.

    The page is `of` a day, which is marked as the current one.
    It is written here because a template takes three times as long.
    """
    tables = []
    base = f"{PREFIXES[messages.language]}/days/{purpose.id}"
    formats = FORMATS[messages.language]
    *names, sunday = formats.WEEKDAYS
    head = "".join([f'<th scope="col">{name[:3]}</th>' for name in (sunday, *names)])
    for (year, month), of_month in groupby(lucky_days, _MONTH):
        first = date(year, month, 1)
        cells = [*_CELLS]
        in_month = f'<span class="vh">{formats.month(first)}</span>'
        for day in almanac.holidays(year):
            if day.month == month:
                cells[day.day] = f'<td class="off">{day.day}</td>'
        for day, reasons, against, strength in of_month:
            here = ' aria-current="date"' if day == of else ""
            link = f'<a class="weight-{min(strength, _DARKEST)}" href="{base}/{day}"{here}>'
            begin = cells[day.day].partition(">")[0]
            inside = f"{in_month}{day.day}{_marked(reasons, against, messages)}"
            cells[day.day] = f"{begin}>{link}{inside}</a></td>"
        before = first.isoweekday() % 7
        number = monthrange(year, month)[1]
        row = [_CELLS[0]] * before + cells[1 : number + 1] + [_CELLS[0]] * (-(before + number) % 7)
        rows = [f"<tr>{''.join(row[n : n + 7])}</tr>" for n in range(0, len(row), 7)]
        tables.append(
            f'<table><caption id="m{month}-{year}">{_year_and_month(first, messages)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        )
    return minijinja.safe("".join(tables))


@lru_cache(maxsize=_KEPT)
def _marked(reasons: tuple[str, ...], against: tuple[str, ...], messages: Messages) -> str:
    """HTML of the marks of a day, which are spoken as words."""
    good, bad = joined(reasons, messages), joined(against, messages)
    marks = "".join([_MARKS[name] for name in reasons]) + ("△" if bad else "")
    lang, of_month = ("", "日") if messages.language == JAPANESE else (' lang="ja"', "")
    spoken = [good, *([messages.say("注意：{against}", against=bad)] if bad else ())]
    return (
        f'<span{lang} aria-hidden="true">{marks}</span>'
        f'<span class="vh">{of_month}{html.escape(messages.say("、").join(["", *spoken]))}</span>'
    )


def _months(
    purpose: almanac.Purpose, lucky_days: Iterable[almanac.LuckyDay], messages: Messages
) -> str:
    """HTML of a section for each month that has such days, a list of them; empty if none has."""
    base = PREFIXES[messages.language]
    short_date = FORMATS[messages.language].short_date
    sections = []
    little = ' class="weight-0"'
    for _, of_month in groupby(lucky_days, _MONTH):
        days = list(of_month)
        items = [
            f"<li{'' if strength else little}>"
            f'<a href="{base}/days/{purpose.id}/{day.isoformat()}">'
            f'<span class="days-date">{short_date(day)}</span>'
            f"{_why(reasons, against, messages)}</a></li>"
            for day, reasons, against, strength in days
        ]
        title = _year_and_month(days[0].date, messages)
        sections.append(
            f'<section><h3>{title}</h3><ol class="days">{"".join(items)}</ol></section>'
        )
    return minijinja.safe("".join(sections))


@lru_cache(maxsize=_KEPT)
def _year_and_month(day: date, messages: Messages) -> str:
    month = FORMATS[messages.language].month(day)
    return messages.say("{year}年{month}", year=day.year, month=month)


@lru_cache(maxsize=_KEPT)
def _why(reasons: tuple[str, ...], against: tuple[str, ...], messages: Messages) -> str:
    """HTML of what is good about a day, and of what is not."""
    good, bad = (html.escape(joined(names, messages)) for names in (reasons, against))
    note = f"<small>{messages.say('注意：{against}', against=bad)}</small>" if bad else ""
    return f'<span class="lucky-why">{good}{note}</span>'
