"""Atom feeds (RFC 4287): the day's quote and the day's ranking, of the last days."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from html import escape
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from kirosample import almanac, horoscope
from kirosample.clock import JST
from kirosample.web import japanese, page_cache
from kirosample.web.portal import Portal, portal_of

QUOTE, RANKING = "/feeds/quote.xml", "/feeds/ranking.xml"

_DAYS = 10
_BEGAN = 2026  # a tag URI names a year in which the domain was ours


@dataclass(frozen=True, slots=True)
class _Entry:
    day: date
    title: str
    path: str
    html: str


async def quote(request: Request) -> Response:
    """The quotes of the last days, the newest first."""
    return _answer(request, QUOTE, "きょうの名言", "/quote", _quote_entry)


async def ranking(request: Request) -> Response:
    """The rankings of the last days, the newest first."""
    return _answer(request, RANKING, "きょうの星占い", "/horoscope", _ranking_entry)


def _quote_entry(portal: Portal, day: date) -> _Entry:
    found = portal.catalogue.of_day(day)
    text = "<br>".join(map(escape, found.text.split("　")))
    said_by = escape(f"{found.author} {found.source}")
    return _Entry(
        day,
        f"{japanese.short_date(day)}の名言：{found.author}",
        f"/quote/{found.id}",
        f'<blockquote lang="ja"><p>{text}</p></blockquote><p>— {said_by}</p>',
    )


def _ranking_entry(portal: Portal, day: date) -> _Entry:
    readings = horoscope.readings(day)
    rows = "".join(
        f'<li><a href="{portal.address}/horoscope/{one.sign}?date={day}">{escape(one.name)}</a>'
        f" {escape(one.text)}</li>"
        for one in readings
    )
    title = f"{japanese.short_date(day)}の星占い：1位は{readings[0].name}"
    return _Entry(day, title, f"/horoscope?date={day}", f"<ol>{rows}</ol>")


def _answer(
    request: Request, path: str, title: str, page: str, entry: Callable[[Portal, date], _Entry]
) -> Response:
    portal = portal_of(request)
    today = portal.today()

    def write() -> str:
        entries = (entry(portal, day) for day in _days(today))
        return _feed(portal.address, path, title, page, today, entries)

    found = portal.cache.page(("feed", path, today), write)
    return page_cache.answer(request, found, "application/atom+xml")


def _days(today: date) -> Iterator[date]:
    for back in range(_DAYS):
        day = today - timedelta(back)
        if day >= almanac.FIRST_DAY:
            yield day


def _feed(
    address: str, path: str, title: str, page: str, today: date, entries: Iterator[_Entry]
) -> str:
    name = path.rpartition("/")[2].removesuffix(".xml")
    tag = f"tag:{urlsplit(address).hostname},{_BEGAN}:{name}"
    return "\n".join(
        (
            '<?xml version="1.0" encoding="utf-8"?>',
            '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ja">',
            f"<title>KiroSample {escape(title)}</title>",
            f"<id>{tag}</id>",
            f"<updated>{_midnight(today)}</updated>",
            "<author><name>KiroSample</name></author>",
            f'<link rel="self" type="application/atom+xml" href="{address}{path}"/>',
            f'<link rel="alternate" type="text/html" href="{address}{page}"/>',
            *(_entry(one, address, tag) for one in entries),
            "</feed>\n",
        )
    )


def _entry(entry: _Entry, address: str, tag: str) -> str:
    return "\n".join(
        (
            "<entry>",
            f"<title>{escape(entry.title)}</title>",
            f"<id>{tag}/{entry.day}</id>",
            f"<updated>{_midnight(entry.day)}</updated>",
            f'<link rel="alternate" type="text/html" href="{escape(address + entry.path)}"/>',
            f'<content type="html">{escape(entry.html)}</content>',
            "</entry>",
        )
    )


def _midnight(day: date) -> str:
    """When a day begins in Japan."""
    return datetime.combine(day, time(), JST).isoformat()
