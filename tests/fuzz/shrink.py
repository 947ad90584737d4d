"""The least that still breaks a rule."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.fuzz.streams import Stream

MOST_TRIES = 600


def shrink(stream: Stream, breaks: Callable[[Stream], bool], tries: int = MOST_TRIES) -> Stream:
    """A stream of fewer bytes and reads that still breaks it; the same where there is none."""
    shrunk = True
    while shrunk and tries > 0:
        shrunk = False
        for smaller in _smaller(stream):
            tries -= 1
            if tries < 0:
                break
            if breaks(smaller):
                stream, shrunk = smaller, True
                break
    return stream


def _smaller(stream: Stream) -> Iterator[Stream]:
    """First what takes most away."""
    if stream.cuts:
        yield replace(stream, cuts=())
        if len(stream.cuts) > 2:
            yield replace(stream, cuts=stream.cuts[::2])
        for cut in stream.cuts[:40]:
            yield replace(stream, cuts=tuple(at for at in stream.cuts if at != cut))
    if not stream.settled:
        yield replace(stream, settled=True)
    for start, end in zip(stream.starts, (*stream.starts[1:], len(stream.data)), strict=True):
        if start < end:
            yield stream.without(start, end)
    at = 0
    for line in stream.data.splitlines(keepends=True):
        yield stream.without(at, at + len(line))
        at += len(line)
    size = len(stream.data) // 2
    while size:
        for start in range(0, len(stream.data), size):
            yield stream.without(start, min(start + size, len(stream.data)))
        size //= 2
