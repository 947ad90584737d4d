"""Processes, from /proc: not every machine has ps or pgrep."""

from contextlib import suppress
from pathlib import Path


def children(pid: int) -> list[int]:
    """The processes that this one started; none once it has ended."""
    found = list[int]()
    with suppress(FileNotFoundError, ProcessLookupError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (thread / "children").read_text().split())
    return found


def arguments(pid: int) -> list[str]:
    """A process's command line; empty once it has ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    return []


def running(words: str) -> list[int]:
    """The processes whose command line contains these words."""
    found = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())
    return [pid for pid in found if words in " ".join(arguments(pid))]
