"""What the portal says, from gettext's catalogues. The messages are keys too: they are Japanese.

`make messages` gathers them into `locale/`; a message that has no translation is shown as it is.
"""

import gettext
from collections.abc import Mapping
from importlib import resources
from typing import Any

import minijinja

from kirosample.web.languages import JAPANESE, Language

DOMAIN = "kirosample"


class Messages:
    """The messages in one language. `{names}` in a message stand for the values given."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._catalogue = _catalogue(language)

    def say(self, message: str, **values: object) -> str:
        """The message, for HTML to escape."""
        return self._filled(self._catalogue.gettext(message) if message else "", values)

    def count(self, message: str, n: int, **values: object) -> str:
        """The message that speaks of `n` things: `{n}` in it is their number."""
        found = self._catalogue.ngettext(message, message, n)
        return self._filled(found, {"n": n, **values})

    def word(self, kind: str, word: str) -> str:
        """A word that is data, such as the name of a sign; `kind` tells what it is one of."""
        return self._catalogue.pgettext(kind, word)

    def tell(self, message: str, values: Mapping[str, object]) -> str:
        """The message of a problem; what was `expected` may be a message too."""
        told = {
            name: self.say(value) if name == "expected" and isinstance(value, str) else value
            for name, value in values.items()
        }
        return self.say(message, **told)

    def markup(self, message: str, **values: object) -> str:
        """A message with tags of its own; values are escaped."""
        escaped = {name: minijinja.escape(value) for name, value in values.items()}
        return minijinja.safe(self._filled(self._catalogue.gettext(message), escaped))

    @staticmethod
    def _filled(message: str, values: dict[str, Any]) -> str:
        return message.format(**values) if values else message


def _catalogue(language: Language) -> gettext.NullTranslations:
    if language == JAPANESE:
        return gettext.NullTranslations()
    folder = resources.files("kirosample") / "locale" / language / "LC_MESSAGES"
    with (folder / f"{DOMAIN}.mo").open("rb") as file:
        return gettext.GNUTranslations(file)
