"""The languages of the pages. The address alone tells which: English stands under `/en`."""

from typing import Final, Literal

from starlette.requests import Request

Language = Literal["ja", "en"]

JAPANESE: Final = "ja"
ENGLISH: Final = "en"
PREFIXES: Final[dict[Language, str]] = {JAPANESE: "", ENGLISH: "/en"}
"""What stands before the address of a page; the rest is the same in every language."""


def of(request: Request) -> Language:
    """The language of the page asked for, an error's page included."""
    path: str = request.scope["path"]
    return ENGLISH if path == "/en" or path.startswith("/en/") else JAPANESE


def localized(request: Request, path: str) -> str:
    """The address of another page, written as in Japanese, in the language of this one."""
    return PREFIXES[of(request)] + path
