"""Write the table of `kirosample.horoscope.sky` from the sky, in a minute.

Run from the repository's folder: python -m tools.horoscope.write_stations
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from kirosample import horoscope
from kirosample.horoscope.sky import (
    BODIES,
    FIRST_OF_STATIONS,
    LAST_OF_STATIONS,
    STATIONS,
    longitude,
)


def main() -> None:
    print(f"computing the stations up to {LAST_OF_STATIONS}", flush=True)
    table = "".join(f"{line}\n" for line in _lines())
    (Path(horoscope.__file__).parent / STATIONS).write_text(table)


def moves_backward(day: date, body: str) -> bool:
    """Whether a body is retrograde at noon, from the days around it; the table has it."""
    before, after = (longitude(body, day + timedelta(n)) for n in (-1, 1))
    # The change over two days around noon has the sign of the speed at noon.
    return (after - before) % 360 > 180


def _lines() -> Iterator[str]:
    number = (LAST_OF_STATIONS - FIRST_OF_STATIONS).days + 1
    days = (FIRST_OF_STATIONS + timedelta(n) for n in range(number))
    by_day = [[moves_backward(day, body) for body in BODIES] for day in days]
    for body, *backward in zip(BODIES, *by_day, strict=True):
        turns = [0, *(n for n, (was, is_) in enumerate(pairwise((False, *backward))) if was != is_)]
        if turns[1:]:
            yield " ".join((body, *(str(there - here) for here, there in pairwise(turns))))


if __name__ == "__main__":
    main()
