"""Random streams, until one breaks a rule or the time is up."""

import time
from collections.abc import Iterator
from random import Random

from tools.fuzz.check import Finding, Seen, check
from tools.fuzz.pair import Pair
from tools.fuzz.shrink import shrink
from tools.fuzz.streams import Maker, Stream


class Failure(Exception):
    """A stream breaks a rule; the text names it and reproduces the stream."""


def fuzz(pair: Pair, seed: int, seconds: float, streams: int = 10**9) -> Iterator[Seen]:
    """Yield the coverage after each stream. Raises Failure with the smallest failing stream."""
    deadline = time.monotonic() + seconds
    seen = Seen()
    for number in range(streams):
        stream = Maker(Random(f"{seed}:{number}")).stream()
        if finding := check(pair, stream, seen):
            raise Failure(f"stream {number} of seed {seed}: {_least(pair, finding, stream)}")
        yield seen
        if time.monotonic() > deadline:
            return


def _least(pair: Pair, finding: Finding, stream: Stream) -> str:
    """The rule, and the smallest stream that breaks it."""

    def breaks(smaller: Stream) -> bool:
        found = check(pair, smaller)
        return found is not None and found.rule == finding.rule

    least = shrink(stream, breaks)
    finding = check(pair, least) or finding
    reads = "\n".join(f"  {read!r}" for read in least.reads())
    how = "each after the responses to those before" if least.settled else "immediately"
    return f"{finding.rule}\n{finding.detail}\nreads, {how}:\n{reads}"
