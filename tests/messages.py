"""Gathers the messages into the catalogues, and compiles them.

    python -m tests.messages

A message is found where it is written: in a template's `_("…")`, in what Python code says, in what
the API says of its parameters; and the words that are data, where the data is. What is new has an
empty translation until somebody writes it, and what is no longer said is dropped.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from kirosample import almanac, horoscope, quotes, routes
from kirosample.horoscope.sentences import COLORS, ITEMS
from kirosample.quotes import LANGUAGES
from kirosample.web import calendar_feed, errors, favorites_pages, pictures, reasons, requests
from kirosample.web.messages import DOMAIN
from kirosample.web.schemas import DATE_RANGE

SOURCES = Path(routes.__file__).parent
FOLDER = SOURCES / "locale" / "en" / "LC_MESSAGES"
PO, MO = FOLDER / f"{DOMAIN}.po", FOLDER / f"{DOMAIN}.mo"

CALL = re.compile(r'(?<![\w"])(_|markup|count)\("((?:[^"\\]|\\.)*)"')
_SAYING = {
    "Problem": 1,
    "not_found": 0,
    "unprocessable": 1,
    "say": 0,
    "_plain": 1,
}
"""The names that say a message in Python, and which argument it is."""


def gather() -> Catalog:
    """Every message of the portal, without translations."""
    found = Catalog(
        locale="en", domain=DOMAIN, project="KiroSample", fuzzy=False, header_comment="# English."
    )
    for message, place, counted in _of_templates():
        found.add((message, message) if counted else message, locations=[(place, 0)])
    for message in reasons.SENTENCES:
        found.add(message, locations=[("web/reasons.py", 0)])
    for message in errors.TO_READERS.values():
        found.add(message, locations=[("web/errors.py", 0)])
    for message, place in (*_of_code(), *_of_descriptions()):
        found.add(message, locations=[(place, 0)])
    for kind, words in vocabulary().items():
        for word in words:
            found.add(word, context=kind)
    return found


def _of_templates() -> Iterator[tuple[str, str, bool]]:
    for file in sorted((SOURCES / "web" / "templates").glob("*.html")):
        for called, message in CALL.findall(file.read_text(encoding="utf-8")):
            yield message.replace('\\"', '"'), f"web/templates/{file.name}", called == "count"
    yield pictures.WHEEL, "web/pictures.py", False


def _of_code() -> Iterator[tuple[str, str]]:
    for file in sorted((SOURCES / "web").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                named: Any = node.func
                place = _SAYING.get(getattr(named, "attr", getattr(named, "id", "")))
                if place is not None and place < len(node.args):
                    for message in _texts(node.args[place]):
                        yield message, f"web/{file.name}"


def _texts(node: ast.expr) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def _of_descriptions() -> Iterator[tuple[str, str]]:
    """What the API says of itself, and what a client is told that sent something out of form."""
    yield DATE_RANGE, "web/schemas.py"
    for path, methods in routes.OPENAPI["paths"].items():
        for operation in methods.values():
            yield operation["summary"], path
            for parameter in operation["parameters"]:
                if parameter.get("description"):
                    yield parameter["description"], path
    for endpoint in routes.API:
        yield from _of_shape(endpoint.takes)
    for shape in (
        calendar_feed.CalendarQuery,
        favorites_pages.PageQuery,
        favorites_pages.LikeForm,
    ):
        yield from _of_shape(shape)


def _of_shape(shape: Any) -> Iterator[tuple[str, str]]:
    for name in sorted(requests._names(shape)):
        if expected := requests._expected(shape, name):
            yield expected, shape.__name__


def vocabulary() -> dict[str, tuple[str, ...]]:
    """The words that are data, by what they are words of."""
    catalogue = quotes.load()
    years = range(almanac.FIRST_DAY.year, almanac.LAST_DAY.year + 1)
    days = [almanac.day(date(2026, 1, 1) + timedelta(n)) for n in range(120)]
    return {
        "kind": ("名言", "星占い"),
        "rokuyo": _once(day.rokuyo for day in days),
        "solar term": _once(term.name for term in almanac.solar_terms(2026)),
        "zassetsu": _once(
            name for y in (2025, 2026) for on in almanac.zassetsu(y).values() for name in on
        ),
        "holiday": _once(name for year in years for name in almanac.holidays(year).values()),
        "moon phase": _once(day.moon.phase for day in days),
        "sign": _once(sign.name for sign in horoscope.SIGNS),
        "body": _once(name for _, name in pictures.BODIES.values()),
        reasons.BODY: _once(name for _, name in pictures.BODIES.values()),
        "house": reasons.HOUSES,
        "color": _once(color for colors in COLORS.values() for color in colors),
        "item": _once(item for items in ITEMS for item in items),
        "topic": tuple(catalogue.topics()),
        "language": _once(LANGUAGES.values()),
        "author": tuple(catalogue.authors()),
    }


def _once(words: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def translated() -> Catalog:
    """The catalogue as it is."""
    with PO.open("rb") as file:
        return read_po(file, locale="en", domain=DOMAIN)


def updated(old: Catalog) -> Catalog:
    """What is said now, with the translations that there are."""
    new = gather()
    for message in new:
        known: Message | None = old.get(message.id, message.context) if message.id else None
        if known is not None:
            message.string = known.string
    new.revision_date = old.revision_date
    new.creation_date = old.creation_date
    return new


def po(catalogue: Catalog) -> bytes:
    """The catalogue as people edit it."""
    out = io.BytesIO()
    write_po(out, catalogue, width=100, no_location=False, include_lineno=False, omit_header=False)
    return out.getvalue()


def mo(catalogue: Catalog) -> bytes:
    """The catalogue as it is shipped."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def untranslated(catalogue: Catalog) -> list[str]:
    """The messages that have no translation."""
    return [str(message.id) for message in catalogue if message.id and not _whole(message)]


def _whole(message: Message) -> bool:
    """Whether it is translated, for one and for many."""
    strings: Any = message.string
    return all(strings) if message.pluralizable else bool(strings)


def main() -> int:
    catalogue = updated(translated())
    PO.write_bytes(po(catalogue))
    MO.write_bytes(mo(catalogue))
    missing = untranslated(catalogue)
    for message in missing:
        print(f"not translated: {message}")
    print(f"{len(catalogue)} messages, {len(missing)} of them not translated")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
