"""Streams by chance, until one breaks a rule or the time is up."""

import time
from collections.abc import Iterator
from random import Random

from tests.fuzz.check import Finding, Seen, check
from tests.fuzz.pair import Pair
from tests.fuzz.shrink import shrink
from tests.fuzz.streams import Maker, Stream


class Failure(Exception):
    """A stream breaks a rule; the text says which, and how to send it again."""

    def __init__(self, seed: int, number: int, finding: Finding, stream: Stream) -> None:
        reads = "\n".join(f"  {read!r}" for read in stream.reads())
        how = "each when those before it are answered" if stream.settled else "at once"
        super().__init__(
            f"stream {number} of seed {seed}: {finding.rule}\n"
            f"{finding.detail}\nreads, {how}:\n{reads}"
        )
        self.number = number
        self.finding = finding
        self.stream = stream


def fuzz(pair: Pair, seed: int, seconds: float, streams: int = 10**9) -> Iterator[Seen]:
    """Yields after each stream what was seen so far. Raises Failure with the least that fails."""
    deadline = time.monotonic() + seconds
    seen = Seen()
    for number in range(streams):
        stream = Maker(Random(f"{seed}:{number}")).stream()
        finding = check(pair, stream, seen)
        if finding:
            raise _failure(pair, seed, number, finding, stream)
        yield seen
        if time.monotonic() > deadline:
            return


def _failure(pair: Pair, seed: int, number: int, finding: Finding, stream: Stream) -> Failure:
    rule = finding.rule

    def breaks(smaller: Stream) -> bool:
        found = check(pair, smaller)
        return found is not None and found.rule == rule

    least = shrink(stream, breaks)
    return Failure(seed, number, check(pair, least) or finding, least)
