"""iCalendar (RFC 5545, RFC 7986): all-day events of one calendar."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time
from importlib.resources import files

from kirosample import PRODUCT

MEDIA_TYPE = "text/calendar"

_REVISED = files("kirosample.web").joinpath("icalendar.txt").read_text("ascii").split()[0]
"""When names or rules last changed: clients take a later DTSTAMP for a revised event.

`tools/calendar_revision.py` writes it when the content differs. So it never goes back, as a hash
would, and is the same in every task and release with this content.
"""

_FOLD_AT = 75  # octets, RFC 5545 section 3.1


@dataclass(frozen=True, slots=True)
class Event:
    """An all-day event. A day has at most one of a `kind`: together they identify it."""

    kind: str
    day: date
    summary: str
    category: str
    description: str = ""


def document(name: str, language: str, refresh: str, events: Iterable[str]) -> Iterator[str]:
    """The calendar's text in parts: its head, each of `events`, and its end.

    `refresh` is how long clients wait before they ask again (P1D).
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{PRODUCT.name}//Almanac//{language.upper()}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{_escape(name)}",
        f"X-WR-CALNAME:{_escape(name)}",
        "X-WR-TIMEZONE:Asia/Tokyo",
        f"REFRESH-INTERVAL;VALUE=DURATION:{refresh}",
        f"X-PUBLISHED-TTL:{refresh}",
    ]
    yield _folded(lines)
    yield from events
    yield "END:VCALENDAR\r\n"


def written(event: Event, alarm: time | None = None) -> str:
    """The event as part of a document, with an alarm at a time of its day."""
    return _folded(_lines(event, alarm))


def _folded(lines: Iterable[str]) -> str:
    return "".join(f"{_fold(line)}\r\n" for line in lines)


def _lines(event: Event, alarm: time | None) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.day:%Y%m%d}-{event.kind}@almanac.kirosample"
    yield f"DTSTAMP:{_REVISED}"
    yield f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}"
    yield f"SUMMARY:{_escape(event.summary)}"
    yield f"CATEGORIES:{_escape(event.category)}"
    yield "TRANSP:TRANSPARENT"
    if event.description:
        yield f"DESCRIPTION:{_escape(event.description)}"
    if alarm:
        yield "BEGIN:VALARM"
        yield "ACTION:DISPLAY"
        yield f"DESCRIPTION:{_escape(event.summary)}"
        yield f"TRIGGER:PT{alarm.hour}H{alarm.minute}M"  # after the midnight of its start
        yield "END:VALARM"
    yield "END:VEVENT"


def _escape(text: str) -> str:
    """A value of type TEXT (section 3.3.11)."""
    for character in "\\;,":
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", "\\n")


def _fold(line: str) -> str:
    """Fold a content line after at most 75 octets, never inside a character."""
    if len(line.encode()) <= _FOLD_AT:
        return line
    folded, octets = "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > _FOLD_AT:
            folded, octets = f"{folded}\r\n ", 1
        folded, octets = folded + character, octets + size
    return folded
