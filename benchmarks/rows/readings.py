"""Twelve readings of a day whose scores are known, in a process of its own on the server's core.

`python -m benchmarks.rows.readings` prints the CPU time of each of some random days, in
milliseconds, as JSON.
"""

import json
import random
import statistics
import sys
import time
from datetime import timedelta

from benchmarks.programs.processes import SERVER_CORE, Client
from benchmarks.report import Result
from benchmarks.targets import READINGS
from kirosample import horoscope
from kirosample.almanac import FIRST_DAY, LAST_DAY
from kirosample.horoscope.scores import scores

_DAYS = 500
_PATIENCE = 60.0  # seconds


def measure() -> Result:
    """The mean over the days."""
    command = (sys.executable, "-m", "benchmarks.rows.readings")
    with Client(command, SERVER_CORE) as client:
        ms = json.loads(client.finish(_PATIENCE).output)
    note = f"of {len(ms)} random days, half of them within {statistics.median(ms):.2f} ms"
    return Result(READINGS, statistics.fmean(ms), note)


def main() -> None:
    horoscope.load()
    horoscope.load_ranks()
    every = range((LAST_DAY - FIRST_DAY).days + 1)
    found = []
    for number in random.sample(every, _DAYS):
        day = FIRST_DAY + timedelta(days=number)
        scores(day)
        began = time.process_time()
        horoscope.readings(day)
        found.append((time.process_time() - began) * 1000)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
