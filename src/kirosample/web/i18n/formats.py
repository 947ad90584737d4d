"""How facts are written in each language, and what of quotes and readings differs with it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from kirosample import almanac
from kirosample.horoscope import Reading
from kirosample.quotes import Author
from kirosample.web.i18n.languages import Messages


class Formats(Protocol):
    """What `japanese.py` and `english.py` each have; their docstrings are examples."""

    WEEKDAYS: Sequence[str]
    """The days of the week from Monday on. Their first letters are used where space is short."""

    def long_date(self, day: date) -> str: ...
    def day_of_year(self, day: date) -> str: ...
    def short_date(self, day: date) -> str: ...
    def sent_date(self, day: date) -> str: ...
    def weekday(self, day: date) -> str: ...
    def month(self, day: date) -> str: ...
    def birthday(self, month_and_day: tuple[int, int]) -> str: ...
    def moment(self, at: datetime) -> str: ...
    def years(self, author: Author) -> str: ...
    def index(self, author: Author) -> str: ...
    def initial(self, index: str) -> str: ...
    def era_year(self, era: almanac.Era) -> str: ...
    def lunar_date(self, old: almanac.Lunar) -> str: ...
    def eto(self, name: str) -> str: ...
    def eto_year(self, name: str) -> str: ...
    def ordinal(self, rank: int) -> str: ...


def family_name(name: str, between: str) -> str:
    """The last part of a Western name, unless it says where its bearer is from."""
    return name if " of " in name else name.rpartition(between)[2]


def lifetime(author: Author, *, before_our_era: str, circa: str) -> str:
    """1886–1912, or the half that is known.

    `before_our_era` formats a year such as -551, `circa` one that is uncertain.
    """

    def written(year: int | None, *, uncertain: bool) -> str:
        if year is None:
            return ""
        known = before_our_era.format(-year) if year < 0 else str(year)
        return circa.format(known) if uncertain else known

    born = written(author.born, uncertain=author.born_circa)
    died = written(author.died, uncertain=author.died_circa)
    return f"{born}–{died}" if born or died else ""


def named_scores(reading: Reading, messages: Messages) -> list[tuple[str, int]]:
    """Each score's name and its points, 1 to 5."""
    return [
        (messages.say("総合"), reading.overall),
        (messages.say("恋愛"), reading.love),
        (messages.say("仕事"), reading.work),
        (messages.say("金運"), reading.money),
    ]
