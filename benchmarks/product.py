"""`kirosample serve` with a clock that has midnight in Japan at a moment.

    product.py MOMENT

MOMENT is in seconds since 1970. It runs with the product's modules and no other of ours.
"""

import sys
import time
from datetime import UTC, datetime

from ishizue import clock
from kirosample.almanac import JST

_MIDNIGHT = datetime(2031, 5, 6, tzinfo=JST)


def set_clock(moment: float) -> None:
    """Have midnight in Japan at this moment. To be called before the server is imported."""
    shift = _MIDNIGHT - datetime.fromtimestamp(moment, UTC)
    clock.system_clock = lambda: datetime.now(UTC) + shift
    clock.system_time = lambda: time.time() + shift.total_seconds()  # type: ignore[attr-defined]


if __name__ == "__main__":
    set_clock(float(sys.argv[1]))
    from kirosample.cli import main

    sys.argv[1:] = ["serve"]
    main()
