"""七十二候: 72 seasons of five or six days, three to each solar term.

A 候 begins on the day in Japan on which the Sun's longitude is a multiple of 5 degrees, as a solar
term does at a multiple of 15. Publishers that count five days from each term differ by a day in
places.
"""

from datetime import date

from kirosample.almanac.astronomy import instants
from kirosample.almanac.terms import latest_term
from kirosample.almanac.words import KOU, Kou

_FIRST_TERM = 2  # 立春, with which the count begins, is the third term of a calendar year


def kou(day: date) -> Kou:
    """The 候 of a day."""
    term, began = latest_term(day)
    first, second = instants.kou_lengths(term)
    passed = (day - began).days
    part = (passed >= first) + (passed >= first + second)
    return KOU[((term - _FIRST_TERM) * 3 + part) % len(KOU)]
