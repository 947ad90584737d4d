"""Write the table of `kirosample.horoscope.stations` from the sky, in a minute.

Run from the repository's folder: python -m tools.horoscope.write_stations
"""

from datetime import timedelta
from pathlib import Path

from kirosample import horoscope
from kirosample.horoscope.sky import BODIES, moves_backward
from kirosample.horoscope.stations import FILE, FIRST_OF_TABLE, LAST_OF_TABLE, written


def main() -> None:
    print(f"computing the stations up to {LAST_OF_TABLE}", flush=True)
    number = (LAST_OF_TABLE - FIRST_OF_TABLE).days + 1
    days = [FIRST_OF_TABLE + timedelta(n) for n in range(number)]
    planets = [body for body in BODIES if body not in ("sun", "moon")]
    table = written({body: [moves_backward(day, body) for day in days] for body in planets})
    (Path(horoscope.__file__).parent / FILE).write_text("".join(f"{line}\n" for line in table))


if __name__ == "__main__":
    main()
