"""The settings of a product that has none of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ishizue import settings
from ishizue.program import Program

NOTES = Program("Notes", "notes", "1.2.3")
OPTIONS = settings.options(NOTES)

PARTS = {
    "NOTES_DB_HOST": "db.example",
    "NOTES_DB_NAME": "notes",
    "NOTES_DB_USER": "app",
    "NOTES_DB_PASSWORD": "p@ss/wörd",
}
URL = "postgresql://app:secret@db/notes"


@dataclass(frozen=True, slots=True)
class Settings(settings.Settings):
    product: ClassVar[Program] = NOTES


def read(environ: Mapping[str, str]) -> Settings:
    return settings.read(environ, Settings, OPTIONS)
