"""The rules of the layout that imports alone do not show: SQL, clocks, and names.

`pyproject.toml` has those about imports, which import-linter checks: rooms and their layers.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from kirosample import PRODUCT

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "kirosample"

PURE = ("text", "almanac", "horoscope", "quotes", "omikuji")
"""Rooms that read no clock."""

TABLES = "favorites"
"""The room with the tables and their SQL."""


SQL = ("SELECT ", "INSERT INTO ", "DELETE FROM ", "UPDATE ")


def modules(*rooms: str) -> Iterator[Path]:
    """The modules of these rooms, or of all rooms."""
    for path in SOURCE.rglob("*.py"):
        if not rooms or path.relative_to(SOURCE).parts[0].removesuffix(".py") in rooms:
            yield path


def test_a_pure_room_reads_no_clock() -> None:
    for path in modules(*PURE):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                assert node.attr not in ("now", "today", "utcnow"), f"{path}:{node.lineno}"


def test_sql_is_in_one_room() -> None:
    for path in {*modules()} - {*modules(TABLES)}:
        text = path.read_text(encoding="utf-8")
        assert not [word for word in SQL if f'"{word}' in text], path


def test_the_names_of_the_service_and_of_the_site_stand_in_one_place_each() -> None:
    """An owner can change the site's name in one place."""
    kinds = (".py", ".html", ".po", ".js")
    files = [path for path in SOURCE.rglob("*.*") if path.suffix in kinds and path.is_file()]
    named = {path for path in files if PRODUCT.name in path.read_text(encoding="utf-8")}
    # The head of a catalogue is gettext's, no text of the site.
    assert {path.name for path in named if path.suffix != ".po"} <= {"__init__.py", "site.py"}
    for path in named:
        assert path.suffix != ".po" or path.read_text(encoding="utf-8").count(PRODUCT.name) == 1
