"""How facts are written: what is the same in every language.

The words and their order are each language's own: `japanese.py` and `english.py`.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from kirosample import almanac
from kirosample.quotes import Quote
from kirosample.web.languages import Language


class Forms(Protocol):
    """What each language's module writes."""

    WEEKDAYS: Sequence[str]
    """From Monday on; their first letters do where there is little room."""

    def long_date(self, day: date) -> str:
        """A day with its year and its weekday."""

    def day_of_year(self, day: date) -> str:
        """A day with its year."""

    def short_date(self, day: date) -> str:
        """A day with its weekday."""

    def weekday(self, day: date) -> str:
        """The weekday alone."""

    def month(self, day: date) -> str:
        """The month alone."""

    def birthday(self, month_and_day: tuple[int, int]) -> str:
        """A day of any year."""

    def moment(self, at: datetime) -> str:
        """A day and a time."""

    def years(self, quote: Quote) -> str:
        """The years of an author's life."""

    def era_year(self, era: almanac.Era) -> str:
        """A year of an era."""

    def lunar_date(self, old: almanac.Lunar) -> str:
        """A day of the old calendar."""

    def eto(self, name: str) -> str:
        """A stem and a branch of the sexagenary cycle."""

    def ordinal(self, rank: int) -> str:
        """What follows the number of a rank."""


def lifetime(quote: Quote, *, before_our_era: str) -> str:
    """1886–1912, or what is known of it; `before_our_era` is the form of a year such as -551."""
    born, died = (
        "" if year is None else before_our_era.format(-year) if year < 0 else str(year)
        for year in (quote.born, quote.died)
    )
    return f"{born}–{died}" if born or died else ""


def own_words(quote: Quote, language: Language) -> str | None:
    """The original of what was said in this language; None where only a translation is in it."""
    return quote.original if quote.language == language else None
