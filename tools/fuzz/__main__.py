"""Send random streams of requests to the server with its fast path and to one without.

Both must respond alike, and execute nothing that a strict parser does not find. A failure is
printed with its seed and the fewest bytes that reproduce it.
"""

import argparse
import logging
import secrets
import sys
import time

from tools.fuzz.fuzz import Failure, fuzz
from tools.fuzz.pair import pair

PROGRESS_SECONDS = 5


def main() -> int:
    arguments = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    arguments.add_argument("--seconds", type=float, default=60, help="how long (default 60)")
    arguments.add_argument("--seed", type=int, help="which streams (default: random)")
    chosen = arguments.parse_args()
    seed = secrets.randbelow(2**32) if chosen.seed is None else chosen.seed
    logging.getLogger().addHandler(logging.NullHandler())  # refused requests are expected here
    print(f"seed {seed}", flush=True)
    began = printed = time.monotonic()
    try:
        with pair() as servers:
            for seen in fuzz(servers, seed, chosen.seconds):
                if time.monotonic() - printed >= PROGRESS_SECONDS:
                    printed = time.monotonic()
                    print(f"{printed - began:4.0f} s: {seen.text()}", flush=True)
    except Failure as failure:
        print(f"after {time.monotonic() - began:.1f} s, {failure}")
        return 1
    print(f"nothing found in {time.monotonic() - began:.0f} s: {seen.text()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
