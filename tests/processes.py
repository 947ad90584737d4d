"""Processes of this machine, read from /proc: not every machine has ps or pgrep."""

from contextlib import suppress
from pathlib import Path


def children(pid: int) -> list[int]:
    return [
        int(child)
        for thread in Path(f"/proc/{pid}/task").iterdir()
        for child in (thread / "children").read_text().split()
    ]


def arguments(pid: int) -> list[str]:
    """A process's command line; empty if it has ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    return []


def running(words: str) -> list[int]:
    """The processes with these words in their command line."""
    found = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())
    return [pid for pid in found if words in " ".join(arguments(pid))]
