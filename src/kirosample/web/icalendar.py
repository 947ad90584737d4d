"""iCalendar (RFC 5545, RFC 7986): all-day events of one calendar."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from importlib.resources import files

from kirosample.web.i18n.languages import JAPANESE
from kirosample.web.site import SITE

MEDIA_TYPE = "text/calendar"

_REVISED = files("kirosample.web").joinpath("icalendar.txt").read_text("ascii").split()[0]
"""When names or rules last changed: clients take a later DTSTAMP for a revised event.

`tools/calendar_revision.py` writes it when the content differs. So it never goes back, as a hash
would, and is the same in every task and release with this content.
"""

_FOLD_AT = 75  # octets, RFC 5545 section 3.1
_SHORT = _FOLD_AT // 4  # characters


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
        f"PRODID:-//{SITE.ja if language == JAPANESE else SITE.en}//Almanac//{language.upper()}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{_escape(name)}",
        f"X-WR-CALNAME:{_escape(name)}",
        "X-WR-TIMEZONE:Asia/Tokyo",
        f"REFRESH-INTERVAL;VALUE=DURATION:{refresh}",
        f"X-PUBLISHED-TTL:{refresh}",
    ]
    yield "".join([f"{_fold(line)}\r\n" for line in lines])
    yield from events
    yield "END:VCALENDAR\r\n"


def written(event: Event, alarm: time | None = None) -> str:
    """The event as part of a document, with an alarm at a time of its day."""
    day = event.day.isoformat().replace("-", "")
    parts = [
        f"BEGIN:VEVENT\r\n{_fold(f'UID:{day}-{event.kind}@almanac.kirosample')}\r\n"
        f"DTSTAMP:{_REVISED}\r\nDTSTART;VALUE=DATE:{day}\r\n{_line('SUMMARY', event.summary)}"
        f"{_line('CATEGORIES', event.category)}TRANSP:TRANSPARENT\r\n"
    ]
    if event.description:
        parts.append(_line("DESCRIPTION", event.description))
    if alarm:
        # The time counts from the event's start, which is midnight.
        trigger = f"TRIGGER:PT{alarm.hour}H{alarm.minute}M"
        parts.append(
            f"BEGIN:VALARM\r\nACTION:DISPLAY\r\n{_line('DESCRIPTION', event.summary)}"
            f"{trigger}\r\nEND:VALARM\r\n"
        )
    parts.append("END:VEVENT\r\n")
    return "".join(parts)


@lru_cache(maxsize=1024)
def _line(name: str, text: str) -> str:
    """A line with a text: those of a calendar repeat a few hundred."""
    return f"{_fold(f'{name}:{_escape(text)}')}\r\n"


def _escape(text: str) -> str:
    """A value of type TEXT (section 3.3.11)."""
    for character in "\\;,":
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", "\\n")


def _fold(line: str) -> str:
    """Fold a content line after at most 75 octets, never inside a character."""
    if len(line) <= (_FOLD_AT if line.isascii() else _SHORT):
        return line
    octets = line.encode()
    parts = []
    begin, room = 0, _FOLD_AT
    while len(octets) - begin > room:
        end = begin + room
        while octets[end] & 0xC0 == 0x80:  # inside a character
            end -= 1
        parts.append(octets[begin:end])
        begin, room = end, _FOLD_AT - 1  # a space begins the rest
    return b"\r\n ".join((*parts, octets[begin:])).decode() if parts else line
