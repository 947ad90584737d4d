"""`python -m ishizue.commands.supervise MODULE [ARGUMENTS…]`: run a module as a command of make.

Ctrl-C and SIGTERM end the command and every process that it started: exit code 130 or 143, no
traceback. What has not cleaned up in time is killed. The module runs in a child: its parent adopts
what loses its own, as the server that `pg_ctl` starts does at once.
"""

import ctypes
import os
import runpy
import signal
import sys
import time
from contextlib import suppress
from types import FrameType

from ishizue.processes import descendants

CLEANUP_SECONDS = 20
"""How long a command may take to end what it started, after the signal."""

_TERMINATION_SECONDS = 5
_PR_SET_CHILD_SUBREAPER = 36
_SIGNALS = (signal.SIGINT, signal.SIGTERM)

_received: list[int] = []
"""The signal that ends the command."""


def main() -> None:
    """Run the module that the command line names; its arguments follow."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    if child := os.fork():
        sys.exit(_supervise(child))
    for number in _SIGNALS:
        signal.signal(number, _interrupt)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    del sys.argv[0]
    try:
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    except BaseException:
        if not _received:
            raise
    if _received:
        print("stopped", flush=True)


def _interrupt(number: int, _: FrameType | None) -> None:
    """Raise KeyboardInterrupt once: a terminal and the parent may both send the signal."""
    if _received:
        return
    _received.append(number)
    # Libraries complain about children that Ctrl-C ended as well.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    raise KeyboardInterrupt


def _supervise(child: int) -> int:
    """Wait for the child, passing signals on. After one, kill all that is left."""

    def stop(number: int, _: FrameType | None) -> None:
        _received.append(number)
        signal.alarm(CLEANUP_SECONDS)
        with suppress(ProcessLookupError):
            os.kill(child, number)

    for number in _SIGNALS:
        signal.signal(number, stop)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    pid = status = 0
    while pid != child:
        pid, status = os.waitpid(-1, 0)
    signal.alarm(0)
    if not _received:
        code = os.waitstatus_to_exitcode(status)
        return code if code >= 0 else 128 - code
    _kill_descendants()
    return 128 + _received[0]


def _kill_descendants() -> None:
    """Send SIGTERM to every descendant, then SIGKILL, until none is left."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        until = time.monotonic() + _TERMINATION_SECONDS
        told = set[int]()
        while (left := set(descendants(os.getpid()))) and time.monotonic() < until:
            for pid in left - told:
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
            told |= left
            with suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            time.sleep(0.02)


if __name__ == "__main__":
    main()
