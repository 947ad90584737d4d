"""The least that still breaks a rule."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.fuzz.streams import Stream

MOST_TRIES = 1_000


def shrink(stream: Stream, breaks: Callable[[Stream], bool], tries: int = MOST_TRIES) -> Stream:
    """A stream of fewer bytes and reads that still breaks it; the same where there is none."""
    before = None
    while stream != before:
        before = stream
        for smaller in (_reads, _parts):
            found = True
            while found:
                found = False
                for candidate in smaller(stream):
                    tries -= 1
                    if tries < 0:
                        return stream
                    if breaks(candidate):
                        stream, found = candidate, True
                        break
        size = len(stream.data) // 2
        while size:
            start = 0
            while start < len(stream.data):
                candidate = stream.without(start, start + size)
                tries -= 1
                if tries < 0:
                    return stream
                if breaks(candidate):
                    stream = candidate
                else:
                    start += size
            size //= 2
    return stream


def _reads(stream: Stream) -> Iterator[Stream]:
    """With fewer reads, or with time between them."""
    if stream.cuts:
        yield replace(stream, cuts=())
    if len(stream.cuts) > 2:
        yield replace(stream, cuts=stream.cuts[::2])
    if len(stream.cuts) < 40:
        for cut in stream.cuts:
            yield replace(stream, cuts=tuple(at for at in stream.cuts if at != cut))
    if not stream.settled:
        yield replace(stream, settled=True)


def _parts(stream: Stream) -> Iterator[Stream]:
    """Without one of its requests, or one of its lines."""
    for start, end in zip(stream.starts, (*stream.starts[1:], len(stream.data)), strict=True):
        if start < end:
            yield stream.without(start, end)
    at = 0
    for line in stream.data.splitlines(keepends=True):
        yield stream.without(at, at + len(line))
        at += len(line)
