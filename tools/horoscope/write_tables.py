"""Write the tables of `kirosample.horoscope.standings` and `.deals`, in one to two minutes.

Run from the repository's folder after a change of the rules of ranks, or of the lines' ideas:
python -m tools.horoscope.write_tables
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from kirosample import horoscope
from kirosample.almanac import LAST_DAY
from kirosample.horoscope import deals, standings
from kirosample.horoscope.ranking import ranking
from tools.horoscope.dealing import Dealer

FOLDER = Path(horoscope.__file__).parent


def days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(number) for number in range((last - first).days + 1))


def dealt() -> Iterator[deals.Deal]:
    dealer = Dealer()
    for day in days(deals.FIRST_DEALT, deals.LAST_DEALT):
        yield from dealer.day(day)


def main() -> None:
    print(f"computing the ranks up to {LAST_DAY}", flush=True)
    ranks = map(ranking, days(standings.FIRST_OF_TABLE, LAST_DAY))
    (FOLDER / standings.FILE).write_bytes(standings.packed(ranks))
    print(f"dealing the lines up to {deals.LAST_DEALT}", flush=True)
    (FOLDER / deals.FILE).write_bytes(deals.packed(dealt()))


if __name__ == "__main__":
    main()
