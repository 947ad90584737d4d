"""Write the table of `kirosample.horoscope.deals` from the sky and the lines, in a minute.

Run from the repository's folder after a change of the lines' ideas or of the ranks:
python -m tools.horoscope.write_deals
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from kirosample import horoscope
from kirosample.horoscope.deals import FILE, FIRST_DEALT, LAST_DEALT, Deal, packed
from tools.horoscope.dealing import Dealer


def dealt() -> Iterator[Deal]:
    dealer = Dealer()
    for number in range((LAST_DEALT - FIRST_DEALT).days + 1):
        yield from dealer.day(FIRST_DEALT + timedelta(number))


def main() -> None:
    print(f"dealing the lines up to {LAST_DEALT}", flush=True)
    (Path(horoscope.__file__).parent / FILE).write_bytes(packed(dealt()))


if __name__ == "__main__":
    main()
