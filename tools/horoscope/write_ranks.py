"""Write the table of `kirosample.horoscope.standings` from the sky, in half a minute.

Run from the repository's folder after a change of the rules: python -m tools.horoscope.write_ranks
"""

import signal
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from kirosample import horoscope
from kirosample.almanac import LAST_DAY
from kirosample.horoscope.ranking import Standing, ranking
from kirosample.horoscope.standings import FILE, FIRST_OF_TABLE, packed

_SECONDS_BETWEEN = 5
_INTERRUPTED = 130
_TERMINATED = 143


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_TERMINATED))
    try:
        write(Path(horoscope.__file__).parent / FILE, packed(standings()))
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)


def standings() -> Iterator[tuple[Standing, ...]]:
    """Of every day of the table. Prints a day every few seconds."""
    print(f"computing the ranks up to {LAST_DAY}", flush=True)
    said = time.monotonic()
    day = FIRST_OF_TABLE
    while day <= LAST_DAY:
        yield ranking(day)
        if time.monotonic() - said > _SECONDS_BETWEEN:
            said = time.monotonic()
            print(f"at {day}", flush=True)
        day += timedelta(days=1)


def write(path: Path, data: bytes) -> None:
    """Replace the file's content. If that fails, the file is as before."""
    new = path.with_suffix(".new")
    try:
        new.write_bytes(data)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
