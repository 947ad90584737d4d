"""Processes, from /proc: not every machine has ps or pgrep."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def children(pid: int) -> list[int]:
    """The processes that this one started; none once it has ended."""
    pids = list[int]()
    with suppress(FileNotFoundError, ProcessLookupError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            pids += map(int, (thread / "children").read_text().split())
    return pids


def descendants(pid: int) -> Iterator[int]:
    """The processes that this one started, and those that they started."""
    for child in children(pid):
        yield child
        yield from descendants(child)


def running(words: str) -> list[int]:
    """The processes whose command line contains these words."""
    pids = list[int]()
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(FileNotFoundError, ProcessLookupError):
            if words in file.read_text().replace("\0", " "):
                pids.append(int(file.parent.name))
    return pids
