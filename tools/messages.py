"""`make messages`: extract the messages into the English catalogue.

Messages come from templates (`_("…")`), Python code, API descriptions, and words in data. A new
message has an empty translation until somebody writes it, or the fuzzy one of a similar message:
that is not shown until somebody corrects it and removes the word. An unused message is removed.
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
from babel.messages.pofile import read_po, write_po

from ishizue.http import requests
from kirosample import almanac, horoscope, quotes, routes
from kirosample.quotes import LANGUAGES
from kirosample.web import errors
from kirosample.web.calendar_options import CALENDAR_OPTIONS
from kirosample.web.i18n import reasons
from kirosample.web.i18n.languages import DOMAIN
from kirosample.web.kinds import KINDS
from kirosample.web.pages import favorites
from kirosample.web.queries import (
    CALENDAR_PAGE_QUERY,
    DATE_RANGE,
    RankingQuery,
    WishQuery,
    YearQuery,
)
from kirosample.web.svg import course, pictures

SOURCES = Path(routes.__file__).parent
FOLDER = SOURCES / "web" / "i18n" / "locale" / "en" / "LC_MESSAGES"
PO = FOLDER / f"{DOMAIN}.po"

CALL = re.compile(r'(?<![\w"])(_|markup|count)\("((?:[^"\\]|\\.)*)"')
_SAYING = {
    "Problem": 1,
    "ForReaders": 1,
    "not_found": 0,
    "unprocessable": 1,
    "say": 0,
    "_plain": 1,
}
"""Calls with a message in Python, and the index of its argument."""


def gather() -> Catalog:
    """All messages, without translations."""
    catalogue = Catalog(
        locale="en", domain=DOMAIN, project="KiroSample", fuzzy=False, header_comment="# English."
    )
    for message, counted in _of_templates():
        catalogue.add((message, message) if counted else message)
    in_data = (
        pictures.WHEEL,
        course.COURSE,
        *(option.name for option in CALENDAR_OPTIONS.values()),
        *(kind.name for kind in KINDS.values()),
        *reasons.SENTENCES,
        *errors.load_serving().values(),
        *errors.TO_READERS.values(),
        errors.OTHER_ADDRESS,
    )
    for message in (*in_data, *_of_handlers(), *_of_descriptions()):
        catalogue.add(message)
    for kind, words in vocabulary().items():
        for word in words:
            catalogue.add(word, context=kind)
    return catalogue


def _of_templates() -> Iterator[tuple[str, bool]]:
    """The messages, and whether each has a plural."""
    for file in sorted((SOURCES / "web" / "templates").glob("*.html")):
        for called, message in CALL.findall(file.read_text(encoding="utf-8")):
            yield message.replace('\\"', '"'), called == "count"


def of_code(file: Path) -> Iterator[str]:
    """The messages in a Python file."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            named: Any = node.func
            place = _SAYING.get(getattr(named, "attr", getattr(named, "id", "")))
            if place is not None and place < len(node.args):
                for part in ast.walk(node.args[place]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield part.value


def _of_handlers() -> Iterator[str]:
    for file in sorted((SOURCES / "web").rglob("*.py")):
        yield from of_code(file)


def _of_descriptions() -> Iterator[str]:
    """The API's descriptions, and the expectations in its validation errors."""
    yield DATE_RANGE
    for methods in routes.OPENAPI["paths"].values():
        for operation in methods.values():
            yield operation["summary"]
            for parameter in operation["parameters"]:
                if parameter.get("description"):
                    yield parameter["description"]
    forms = (CALENDAR_PAGE_QUERY, RankingQuery, WishQuery, YearQuery, favorites.PageQuery)
    for shape in (*(endpoint.takes for endpoint in routes.API), *forms):
        for _, field in sorted(requests.fields_of(shape).items()):
            if field.description:
                yield field.description


def vocabulary() -> dict[str, tuple[str, ...]]:
    """The words in data, by their kind."""
    catalogue = quotes.load()
    years = range(almanac.FIRST_DAY.year, almanac.LAST_DAY.year + 1)
    days = [almanac.day(date(2026, 1, 1) + timedelta(n)) for n in range(120)]
    return {
        "kind": tuple(kind.name for kind in KINDS.values()),
        "rokuyo": _once(day.rokuyo for day in days),
        "solar term": _once(term.name for term in almanac.solar_terms(2026)),
        "zassetsu": _once(
            name for y in (2025, 2026) for on in almanac.zassetsu(y).values() for name in on
        ),
        "holiday": _once(name for year in years for name in almanac.holidays(year).values()),
        "moon name": tuple(almanac.MOON_NAMES.values()),
        "place": tuple(place.name for place in almanac.load_places().values()),
        "moon phase": _once(day.moon.phase for day in days),
        "body": tuple(horoscope.BODY_NAMES.values()),
        reasons.BODY: tuple(horoscope.BODY_NAMES.values()),
        "house": reasons.HOUSES,
        "topic": tuple(catalogue.topics()),
        "language": _once(LANGUAGES.values()),
    }


def _once(words: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def translated() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="en", domain=DOMAIN)


def updated(old: Catalog) -> Catalog:
    """The current messages with the existing translations, also of texts that have changed."""
    old.update(gather(), update_creation_date=False)
    return old


def po(catalogue: Catalog) -> bytes:
    """The catalogue as text, to edit."""
    out = io.BytesIO()
    write_po(out, catalogue, width=0, no_location=True, ignore_obsolete=True)
    return out.getvalue()


def untranslated(catalogue: Catalog) -> list[str]:
    """The messages without a translation, or with a fuzzy one."""
    return [str(message.id) for message in catalogue if message.id and not _whole(message)]


def _whole(message: Message) -> bool:
    """Whether a message is translated, with its plural, and somebody has looked at that."""
    if message.fuzzy:
        return False
    strings: Any = message.string
    return all(strings) if message.pluralizable else bool(strings)


def main() -> int:
    catalogue = updated(translated())
    PO.write_bytes(po(catalogue))
    missing = untranslated(catalogue)
    for message in missing:
        print(f"not translated: {message}")
    print(f"{len(catalogue)} messages, {len(missing)} of them not translated")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
