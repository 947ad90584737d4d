"""`python -m tools.run MODULE [ARGUMENTS…]`: run a module as a command of the Makefile.

Ctrl-C and SIGTERM end the command and every process that it started: exit code 130 or 143, no
traceback. What has not cleaned up in time is killed.
"""

import atexit
import ctypes
import os
import runpy
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

CLEANUP_SECONDS = 20
"""How long a command may take to end what it started, after the signal."""

_TERMINATION_SECONDS = 5
_PR_SET_CHILD_SUBREAPER = 36

_received: list[int] = []
"""The signal that ends the command."""


def main() -> None:
    """Run the module that the command line names; its arguments follow."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    del sys.argv[0]
    try:
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    except BaseException:
        if not _received:
            raise
    if _received:
        _end()


def _interrupt(number: int, _: FrameType | None) -> None:
    """Raise KeyboardInterrupt once: `make` and a process group may both send SIGTERM."""
    if _received:
        return
    _received.append(number)
    # Libraries complain about children that Ctrl-C ended as well.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    # Adopt what loses its parent in the cleanup.
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    limit = threading.Timer(CLEANUP_SECONDS, _give_up)
    limit.daemon = True
    limit.start()
    raise KeyboardInterrupt


def _give_up() -> None:
    _kill_descendants()
    os._exit(128 + _received[0])


def _end() -> NoReturn:
    """Exit, with the processes that are left killed after all other exit handlers."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    print("stopped", flush=True)
    sys.exit(128 + _received[0])


@atexit.register  # before all others, so it runs after them
def _at_exit() -> None:
    if _received:
        _kill_descendants()


def _kill_descendants() -> None:
    """Send SIGTERM to every descendant, then SIGKILL, until none is left."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        until = time.monotonic() + _TERMINATION_SECONDS
        told = set[int]()
        while (left := set(_descendants(os.getpid()))) and time.monotonic() < until:
            for pid in left - told:
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
            told |= left
            with suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            time.sleep(0.02)


def _descendants(pid: int) -> Iterator[int]:
    with suppress(FileNotFoundError, ProcessLookupError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (thread / "children").read_text().split()):
                yield child
                yield from _descendants(child)


if __name__ == "__main__":
    main()
