"""A catalogue of gettext as people edit it: it is read at the start, and nothing is compiled."""

import gettext
import json
from collections.abc import Iterator

Key = tuple[str | None, str]
"""A context, and the message itself."""


class Catalogue(gettext.NullTranslations):
    """The translations in a PO file's text; what has none, or a fuzzy one, stays as it is."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._strings = dict(_entries(text))

    def gettext(self, message: str) -> str:
        return self._strings.get((None, message), (message,))[0]

    def pgettext(self, context: str, message: str) -> str:
        return self._strings.get((context, message), (message,))[0]

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The singular for one and else the plural, as in English."""
        singular, plural = self._strings.get((None, msgid1), (msgid1, msgid2))
        return singular if n == 1 else plural


def _entries(text: str) -> Iterator[tuple[Key, tuple[str, ...]]]:
    for block in text.split("\n\n"):
        fields: dict[str, str] = {}
        name = ""
        fuzzy = False
        for line in block.splitlines():
            if line.startswith("#"):
                fuzzy |= line.startswith("#,") and "fuzzy" in line
                continue
            # A long string goes on in the next lines. Its escapes are some of JSON's.
            begin, _, quoted = line.partition('"')
            name = begin.strip() or name
            fields[name] = fields.get(name, "") + json.loads(f'"{quoted}')
        strings = tuple(value for name, value in fields.items() if name.startswith("msgstr"))
        if fields.get("msgid") and all(strings) and not fuzzy:
            yield (fields.get("msgctxt"), fields["msgid"]), strings
