"""Write the table of `kirosample.horoscope.sky` from the sky, in a minute.

Run from the repository's folder: python -m tools.horoscope.write_stations
"""

from datetime import timedelta
from pathlib import Path

from kirosample import horoscope
from kirosample.horoscope.sky import (
    BODIES,
    FIRST_OF_STATIONS,
    LAST_OF_STATIONS,
    STATIONS,
    moves_backward,
    written_stations,
)


def main() -> None:
    print(f"computing the stations up to {LAST_OF_STATIONS}", flush=True)
    number = (LAST_OF_STATIONS - FIRST_OF_STATIONS).days + 1
    days = [FIRST_OF_STATIONS + timedelta(n) for n in range(number)]
    planets = [body for body in BODIES if body not in ("sun", "moon")]
    table = written_stations(
        {body: [moves_backward(day, body) for day in days] for body in planets}
    )
    (Path(horoscope.__file__).parent / STATIONS).write_text("".join(f"{line}\n" for line in table))


if __name__ == "__main__":
    main()
