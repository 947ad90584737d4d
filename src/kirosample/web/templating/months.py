"""HTML of months: tables of days from Sunday, and lists of them.

They are written here because a template takes three times as long for the 365 days of a page.
"""

import html
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Final

import minijinja

from kirosample import almanac
from kirosample.web.i18n import FORMATS
from kirosample.web.i18n.day_words import joined
from kirosample.web.i18n.languages import JAPANESE, PREFIXES, Messages

_DARKEST: Final = 3
"""The mark of a rare day; 0 is that of one of which little is left."""

LUCKY_MARKS: Final = {
    "天赦日": "天", "大安": "大", "友引": "友", "一粒万倍日": "万", "母倉日": "母", "鬼宿日": "鬼",
    "寅の日": "寅", "己巳の日": "己", "巳の日": "巳", "甲子の日": "子",
}  # fmt: skip
"""What stands for a lucky day in a month's grid."""

_CELLS: Final = ["<td></td>", *(f"<td>{number}</td>" for number in range(1, 32))]
"""The cell of a day that is not lucky, by its number; 0 stands for one of another month."""


_MONTH: Final = attrgetter("date.year", "date.month")

_KEPT: Final = 256
"""The most sums of lucky days whose words are kept: a page has some twenty."""


def _weeks(first: date, cells: Sequence[str]) -> list[str]:
    """The cells of each week of the month that begins on this day, from Sunday."""
    before = first.isoweekday() % 7
    row = [*_CELLS[:1] * before, *cells, *_CELLS[:1] * (-(before + len(cells)) % 7)]
    return ["".join(row[n : n + 7]) for n in range(0, len(row), 7)]


def of_year(
    first: date,
    terms: Mapping[date, str],
    today: date,
    messages: Messages,
) -> list[str]:
    """HTML of the weeks of a month of a year's page, with the solar terms by day."""
    off = almanac.holidays(first.year)
    comma = messages.say("、")
    link = f'<a href="{PREFIXES[messages.language]}/date?date='
    cells = []
    for number in range(1, monthrange(first.year, first.month)[1] + 1):
        day = first.replace(day=number)
        kind = "off" if day in off else "term" if day in terms else ""
        said = [messages.word("holiday", off[day])] if day in off else []
        if day in terms:
            said.append(messages.word("solar term", terms[day]))
        heard = minijinja.escape(comma.join(["", *said]))
        hidden = f'<span class="vh">{heard}</span>' if said else ""
        cells.append(
            f'<td class="{kind}{" today" if day == today else ""}">'
            f'{link}{day.isoformat()}">{day.day}{hidden}</a></td>'
        )
    return [minijinja.safe(week) for week in _weeks(first, cells)]


def grids(
    purpose: almanac.Purpose,
    lucky_days: Iterable[almanac.LuckyDay],
    messages: Messages,
    of: date | None = None,
) -> str:
    """HTML of a table for each month that has such days; empty if none has.

    The page is `of` a day, which is marked as the current one.
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
        number = monthrange(year, month)[1]
        rows = [f"<tr>{week}</tr>" for week in _weeks(first, cells[1 : number + 1])]
        tables.append(
            f'<table><caption id="m{month}-{year}">{_year_and_month(first, messages)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        )
    return minijinja.safe("".join(tables))


@lru_cache(maxsize=_KEPT)
def _marked(reasons: tuple[str, ...], against: tuple[str, ...], messages: Messages) -> str:
    """HTML of the marks of a day, which are spoken as words."""
    good, bad = joined(reasons, messages), joined(against, messages)
    marks = "".join([LUCKY_MARKS[name] for name in reasons]) + ("△" if bad else "")
    lang, of_month = ("", "日") if messages.language == JAPANESE else (' lang="ja"', "")
    spoken = [good, *([messages.say("注意：{against}", against=bad)] if bad else ())]
    return (
        f'<span{lang} aria-hidden="true">{marks}</span>'
        f'<span class="vh">{of_month}{html.escape(messages.say("、").join(["", *spoken]))}</span>'
    )


def lists(
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
