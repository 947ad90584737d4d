"""Write the tables of `kirosample.horoscope.standings` and of `.readings.deals`.

Run from the repository's folder: `python -m tools.horoscope.write_tables` after a change of the
rules of ranks, in two minutes; the same with `deals` after a change of what dealing knows of the
texts, in half a minute.
"""

import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from kirosample import horoscope
from kirosample.almanac import LAST_DAY
from kirosample.horoscope import standings
from kirosample.horoscope.ranking import rank_signs
from kirosample.horoscope.readings import deals
from tools.horoscope.dealing import deal_days

FOLDER = Path(horoscope.__file__).parent


def list_days(first: date, last: date) -> Sequence[date]:
    return [first + timedelta(number) for number in range((last - first).days + 1)]


def write_ranks() -> None:
    ranks = map(rank_signs, list_days(standings.FIRST_OF_TABLE, LAST_DAY))
    (FOLDER / standings.RANKS).write_bytes(standings.pack_ranks(ranks))


def write_deals() -> None:
    dealt = deal_days(list_days(deals.FIRST_DEALT, deals.LAST_DEALT))
    (FOLDER / deals.DEALS).write_bytes(deals.pack_deals(dealt))


if __name__ == "__main__":
    if sys.argv[1:] != ["deals"]:
        write_ranks()
    write_deals()
