"""Sends our server streams of requests made by chance, with its fast path and without.

Both must answer alike, and execute nothing that a strict parser does not find. A failure is told
with the seed and with the fewest bytes that show it.
"""

import argparse
import logging
import secrets
import signal
import sys
import time
from types import FrameType

from tests.fuzz.fuzz import Failure, fuzz
from tests.fuzz.pair import pair

PROGRESS_SECONDS = 5


def main() -> int:
    arguments = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    arguments.add_argument("--seconds", type=float, default=60, help="how long (default 60)")
    arguments.add_argument("--streams", type=int, default=10**9, help="how many at most")
    arguments.add_argument("--seed", type=int, help="which streams (default: new ones)")
    chosen = arguments.parse_args()
    seed = secrets.randbelow(2**32) if chosen.seed is None else chosen.seed
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _terminate)
    logging.getLogger().addHandler(logging.NullHandler())  # refusals are no news here
    print(f"seed {seed}", flush=True)
    began = told = time.monotonic()
    try:
        with pair() as servers:
            for seen in fuzz(servers, seed, chosen.seconds, chosen.streams):
                if time.monotonic() - told >= PROGRESS_SECONDS:
                    told = time.monotonic()
                    print(f"{told - began:4.0f} s: {seen.text()}", flush=True)
    except Failure as failure:
        print(f"after {time.monotonic() - began:.1f} s, {failure}")
        return 1
    except KeyboardInterrupt:
        print("stopped")
        return 130
    print(f"nothing found in {time.monotonic() - began:.0f} s: {seen.text()}")
    return 0


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(128 + signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
