"""What a product is called, wherever this package shows it."""

import os
import re
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Program:
    """A service that is built on this package."""

    name: str
    """The name as people write it, such as Water Log."""

    command: str
    """The name of its command, such as water-log, which names its data folder and settings too."""

    version: str

    language: Literal["en", "ja"] = "en"
    """What its errors about settings are written in, beside English."""

    def said(self, english: str, japanese: str) -> str:
        """A message, with its Japanese if that is the product's language."""
        return f"{english} / {japanese}" if self.language == "ja" else english

    def spoken(self, english: str, japanese: str) -> str:
        """What a command says, in the language of LANGUAGE or else the locale."""
        locale = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
        given = os.environ.get("LANGUAGE", "")
        chosen = given if given in ("ja", "en") else locale
        return japanese if self.language == "ja" and re.match("ja([_.@]|$)", chosen) else english

    @property
    def prefix(self) -> str:
        """What the names of its own settings begin with."""
        return f"{self.command.upper().replace('-', '_')}_"
