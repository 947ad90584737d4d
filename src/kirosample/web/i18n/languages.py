"""The languages of the pages, and their messages from gettext catalogues.

The path alone decides: English pages are under `/en`. A Japanese message is its own key. `make
messages` collects them in `locale/`. A message without translation is shown as it is.
"""

import gettext
from collections.abc import Mapping
from importlib import resources
from typing import Final, Literal

import minijinja
from starlette.requests import Request

from ishizue.http.problems import filled
from kirosample.text import Text
from kirosample.web.i18n.catalogue import Catalogue

Language = Literal["ja", "en"]

JAPANESE: Final = "ja"
ENGLISH: Final = "en"
PREFIXES: Final[dict[Language, str]] = {JAPANESE: "", ENGLISH: "/en"}
"""The prefix of a page's path; the rest is the same in every language."""


def of(request: Request) -> Language:
    """The language of the requested page, also of an error page."""
    path: str = request.scope["path"]
    return ENGLISH if path == "/en" or path.startswith("/en/") else JAPANESE


def localized(request: Request, path: str) -> str:
    """The path of another page in the language of this one; `path` is the Japanese one."""
    return PREFIXES[of(request)] + path


DOMAIN = "kirosample"


class Messages:
    """The messages in one language. `{names}` in a message are replaced by values."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._catalogue = _catalogue(language)

    def say(self, message: str, **values: object) -> str:
        """The message, not escaped."""
        return filled(self._catalogue.gettext(message) if message else "", values)

    def count(self, message: str, n: int, **values: object) -> str:
        """The singular or plural of a message; `{n}` in it is the number."""
        counted = self._catalogue.ngettext(message, message, n)
        return filled(counted, {"n": n, **values})

    def word(self, kind: str, word: str) -> str:
        """A word from the data, such as the name of a sign; `kind` is its gettext context."""
        return self._catalogue.pgettext(kind, word)

    def text(self, text: Text) -> str:
        """The words of this language."""
        japanese, english = text  # templates pass a plain list, without the names
        return japanese if self.language == JAPANESE else english

    def tell(self, message: str, values: Mapping[str, object]) -> str:
        """The message of a problem, whose value `expected` may be a message too."""
        translated = {
            name: self.say(value) if name == "expected" and isinstance(value, str) else value
            for name, value in values.items()
        }
        return self.say(message, **translated)

    def markup(self, message: str, **values: object) -> str:
        """A message with HTML tags; values are escaped."""
        escaped = {name: minijinja.escape(value) for name, value in values.items()}
        return minijinja.safe(filled(self._catalogue.gettext(message), escaped))


def _catalogue(language: Language) -> gettext.NullTranslations:
    if language == JAPANESE:
        return gettext.NullTranslations()
    folder = resources.files("kirosample.web.i18n") / "locale" / language / "LC_MESSAGES"
    return Catalogue((folder / f"{DOMAIN}.po").read_text(encoding="utf-8"))
