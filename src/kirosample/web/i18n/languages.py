"""The languages of the pages. The path alone decides: English pages are under `/en`."""

from typing import Final, Literal

from starlette.requests import Request

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
