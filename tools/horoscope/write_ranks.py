"""Write the table of `kirosample.horoscope.standings` from the sky, in half a minute.

Run from the repository's folder after a change of the rules: python -m tools.horoscope.write_ranks
"""

from datetime import timedelta
from pathlib import Path

from kirosample import horoscope
from kirosample.almanac import LAST_DAY
from kirosample.horoscope.ranking import ranking
from kirosample.horoscope.standings import FILE, FIRST_OF_TABLE, packed


def main() -> None:
    print(f"computing the ranks up to {LAST_DAY}", flush=True)
    days = range((LAST_DAY - FIRST_OF_TABLE).days + 1)
    table = packed(ranking(FIRST_OF_TABLE + timedelta(number)) for number in days)
    (Path(horoscope.__file__).parent / FILE).write_bytes(table)


if __name__ == "__main__":
    main()
