"""The new service's name, and what is derived from it."""

import keyword
import re
from dataclasses import dataclass
from importlib.util import find_spec

from infra.names import NAME, SLUG, validated


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a service: `BookShelf` names its stacks, and `bookshelf` the rest."""

    title: str

    @property
    def slug(self) -> str:
        """Names the package, the command, the database and its owner."""
        return self.title.lower()

    def rename(self, text: str) -> str:
        """The text with this name instead of this repository's."""
        for old, new in (
            (NAME.upper(), self.title.upper()),
            (NAME, self.title),
            (SLUG, self.slug),
        ):
            text = text.replace(old, new)
        return text


def parse(text: str) -> Name:
    """`bookshelf`, `BookShelf` or `book-shelf`. Raises ValueError with one line."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*([-_][A-Za-z0-9]+)*", text):
        raise ValueError(
            f"NAME={text!r}: use letters and digits, starting with a letter, such as book-shelf"
        )
    name = Name(validated("".join(part[0].upper() + part[1:] for part in re.split("[-_]", text))))
    if keyword.iskeyword(name.slug) or find_spec(name.slug):
        raise ValueError(
            f"NAME={text!r}: Python has a module or keyword {name.slug}, and the service's package "
            "is named so too: use another name"
        )
    return name
