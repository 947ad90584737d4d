"""The smallest stream that still breaks a rule."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import accumulate, pairwise

from tools.fuzz.streams import Stream

MOST_TRIES = 3_000


def shrink(stream: Stream, breaks: Callable[[Stream], bool]) -> Stream:
    """A stream with fewer bytes and reads that still breaks it, if there is one."""
    tries = 0
    found = True
    while found:
        found = False
        for candidate in _smaller(stream):
            tries += 1
            if tries > MOST_TRIES:
                return stream
            if found := breaks(candidate):
                stream = candidate
                break
    return stream


def _smaller(stream: Stream) -> Iterator[Stream]:
    """The stream with fewer reads, time between them, or without some of its bytes."""
    for cuts in ((), stream.cuts[::2], *(() if len(stream.cuts) >= 40 else _one_less(stream.cuts))):
        if cuts != stream.cuts:
            yield replace(stream, cuts=cuts)
    if not stream.settled:
        yield replace(stream, settled=True)
    size = len(stream.data)
    lines = accumulate(map(len, stream.data.splitlines(keepends=True)), initial=0)
    for start, end in (*pairwise((*stream.starts, size)), *pairwise(lines)):
        if start < end:
            yield stream.without(start, end)
    step = size // 2
    while step:
        for start in range(0, size, step):
            yield stream.without(start, min(size, start + step))
        step //= 2


def _one_less(cuts: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    return (cuts[:at] + cuts[at + 1 :] for at in range(len(cuts)))
