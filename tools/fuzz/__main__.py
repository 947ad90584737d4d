"""Send random streams of requests to the server with its fast path and to one without.

Both must respond alike, and execute nothing that a strict parser does not find. A failure is
printed with its seed and the simplest stream that reproduces it.
"""

import argparse
import asyncio
import logging
import secrets
import sys
import time
from collections import Counter

import hypothesis
import uvloop
from hypothesis import HealthCheck, Phase

from tools.fuzz.rules import Broken, check
from tools.fuzz.streams import Stream, streams
from tools.fuzz.target import pair

BATCH = 200
"""Streams of one seed; the next ones have the next seed."""


def main() -> int:
    arguments = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    arguments.add_argument("--seconds", type=float, default=60, help="how long (default 60)")
    arguments.add_argument("--seed", type=int, help="which streams (default: random)")
    chosen = arguments.parse_args()
    seed = secrets.randbelow(2**32) if chosen.seed is None else chosen.seed
    logging.getLogger().addHandler(logging.NullHandler())  # refused requests are expected here
    try:
        fuzz(seed, chosen.seconds)
    except Broken as broken:
        print(broken, *broken.__notes__, sep="\n")
        return 1
    print("nothing found")
    return 0


def fuzz(seed: int, seconds: float) -> Counter[str]:
    """Check streams for this long, at least a batch of them; returns what they covered.

    Raises Broken with the simplest stream that breaks a rule.
    """
    end = time.monotonic() + seconds
    seen = Counter[str]()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        servers = pair()
        targets = runner.run(servers.__aenter__())

        def check_one(stream: Stream) -> None:
            fast, plain = [runner.run(target.hear(stream)) for target in targets]
            check(stream, fast, plain)
            refused = int(b"HTTP/1.1 400 " in fast.data)
            seen.update(streams=1, requests=len(fast.executed), fast=fast.fast, refused=refused)

        settings = hypothesis.settings(
            max_examples=BATCH,
            database=None,
            deadline=None,
            phases=(Phase.generate, Phase.shrink),
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        )
        check_many = settings(hypothesis.given(streams)(check_one))
        try:
            while True:
                hypothesis.seed(seed)(check_many)()
                covered = ", ".join(f"{what} {number:,}" for what, number in seen.items())
                print(f"seed {seed}: {covered}", flush=True)
                if time.monotonic() > end:
                    return seen
                seed += 1
        except Broken as broken:
            broken.add_note(f"again: make fuzz FUZZ='--seed {seed}'")
            raise
        finally:
            runner.run(servers.__aexit__(None, None, None))


if __name__ == "__main__":
    sys.exit(main())
