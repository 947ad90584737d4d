"""One quotation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation in Japanese and where a reader finds it.

    `original` and `language` (BCP 47) are there when the words come from another language or
    from classical Chinese. Years before our era are negative. `status` is "verified" (the
    published text was seen, `seen` says where) or "cited".
    """

    id: str
    text: str
    author: str
    source: str
    original: str | None
    language: str | None
    topics: tuple[str, ...]
    status: str
    born: int | None
    died: int | None
    seen: str | None
