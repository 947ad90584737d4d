"""What is measured inside a process of the product, with its modules and no other of ours.

`product.py readings` prints the CPU milliseconds of twelve readings on each of some random days
whose scores are known. `product.py midnight MOMENT` is `kirosample serve` with a clock that has
midnight in Japan at that moment, in seconds since 1970.
"""

import json
import random
import sys
import time
from datetime import UTC, datetime, timedelta

from ishizue import clock
from kirosample import horoscope
from kirosample.almanac import FIRST_DAY, JST, LAST_DAY
from kirosample.horoscope.scores import scores

_DAYS = 500
_MIDNIGHT = datetime(2031, 5, 6, tzinfo=JST)


def readings() -> list[float]:
    horoscope.load()
    horoscope.load_ranks()
    horoscope.load_deals()
    found = []
    for number in random.sample(range((LAST_DAY - FIRST_DAY).days + 1), _DAYS):
        day = FIRST_DAY + timedelta(days=number)
        scores(day)
        began = time.process_time()
        horoscope.readings(day)
        found.append((time.process_time() - began) * 1000)
    return found


def set_clock(moment: float) -> None:
    """Have midnight in Japan at this moment. To be called before the server is imported."""
    shift = _MIDNIGHT - datetime.fromtimestamp(moment, UTC)
    clock.system_clock = lambda: datetime.now(UTC) + shift
    clock.system_time = lambda: time.time() + shift.total_seconds()  # type: ignore[attr-defined]


if __name__ == "__main__":
    if sys.argv[1] == "readings":
        print(json.dumps(readings()))
    else:
        set_clock(float(sys.argv[2]))
        from kirosample.cli import main

        sys.argv[1:] = ["serve"]
        main()
