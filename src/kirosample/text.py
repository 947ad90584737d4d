"""Words for readers, in both languages."""

from typing import NamedTuple


class Text(NamedTuple):
    """The same in Japanese and in English."""

    ja: str
    en: str
