"""祝日, 二十四節気 and 六曜 as an iCalendar (RFC 5545) of all-day events."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from kirosample.almanac.clock import clock
from kirosample.almanac.holidays import holidays
from kirosample.almanac.lunar import lunar, rokuyo_of
from kirosample.almanac.terms import solar_terms

# When names or rules of the almanac last changed. Fixed, so that the same request always gives
# the same text; clients take a later DTSTAMP for a revised event.
_REVISED = "20260101T000000Z"

_FOLD_AT = 75  # octets, RFC 5545 section 3.1


def calendar(first_year: int, last_year: int, *, rokuyo: bool) -> str:
    """The calendar of the years given, both included, with CRLF line ends.

    `rokuyo` adds an event for every day. Raises OutOfRange.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//KiroSample//Almanac//JA",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{'祝日・二十四節気・六曜' if rokuyo else '祝日・二十四節気'}",
        "X-WR-TIMEZONE:Asia/Tokyo",
    ]
    for year in range(first_year, last_year + 1):
        lines += _holidays(year)
        lines += _solar_terms(year)
        if rokuyo:
            lines += _rokuyo(year)
    lines.append("END:VCALENDAR")
    return "".join(f"{_fold(line)}\r\n" for line in lines)


def _holidays(year: int) -> Iterator[str]:
    for day, name in holidays(year).items():
        yield from _event("holiday", day, name, "祝日")


def _solar_terms(year: int) -> Iterator[str]:
    for term in solar_terms(year):
        description = f"DESCRIPTION:{clock(term.at)}（日本時間）"
        yield from _event("solar-term", term.at.date(), term.name, "二十四節気", [description])


def _rokuyo(year: int) -> Iterator[str]:
    day = date(year, 1, 1)
    while day.year == year:
        yield from _event("rokuyo", day, rokuyo_of(lunar(day)), "六曜")
        day += timedelta(days=1)


def _event(
    kind: str, day: date, summary: str, category: str, more: Iterable[str] = ()
) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{day:%Y%m%d}-{kind}@almanac.kirosample"
    yield f"DTSTAMP:{_REVISED}"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"SUMMARY:{summary}"
    yield f"CATEGORIES:{category}"
    yield "TRANSP:TRANSPARENT"
    yield from more
    yield "END:VEVENT"


def _fold(line: str) -> str:
    """Break a content line after at most 75 octets, never inside a character."""
    if len(line.encode()) <= _FOLD_AT:
        return line
    folded, octets = "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > _FOLD_AT:
            folded, octets = f"{folded}\r\n ", 1
        folded, octets = folded + character, octets + size
    return folded
