"""Log lines, buffered at once and written together by a thread."""

import os
import select
import threading
from collections.abc import Callable

from ishizue.limits import LOG_CLOSE_SECONDS

LOG_CHARACTERS = 8_000_000
"""Characters that may wait to be written; lines beyond are dropped and counted."""

_GATHER_SECONDS = 0.05
"""How long lines wait to be written together: what a `kill -9` may lose."""


class Output:
    """Writes to a file descriptor, without making a caller wait for its reader.

    `notice` makes the line about dropped lines, which is written as soon as writing works again.
    """

    def __init__(self, descriptor: int, notice: Callable[[int], str]) -> None:
        # A duplicate: a stuck thread must not write to whatever gets the number next.
        self._descriptor = os.dup(descriptor)
        self._notice = notice
        self._lines: list[str] = []
        # Each is written by one thread only, so there is no lock.
        self._accepted = self._done = 0
        self._dropped = self._reported = 0
        self._awake = False  # reading the event takes longer
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="output", daemon=True)
        self._thread.start()

    def write(self, line: str) -> None:
        """Write a line, with its line end. Thread-safe."""
        if self._accepted - self._done > LOG_CHARACTERS:
            self._dropped += 1
            return
        self._accepted += len(line)
        self._lines.append(line)
        if not self._awake:
            self._awake = True
            self._wake.set()

    def close(self) -> None:
        """Write the remaining lines, if they are read within LOG_CLOSE_SECONDS."""
        self._closing.set()
        self._wake.set()
        self._thread.join(LOG_CLOSE_SECONDS)

    def _run(self) -> None:
        while not self._closing.is_set():
            self._wake.wait()
            self._closing.wait(_GATHER_SECONDS)
            self._wake.clear()
            self._awake = False
            self._write_waiting()
        self._write_waiting()
        os.close(self._descriptor)

    def _write_waiting(self) -> None:
        # Lines added meanwhile wait for the next write.
        lines = self._lines[:]
        del self._lines[: len(lines)]
        count = len(lines)
        text = "".join(lines)
        dropped = self._dropped
        notice = self._notice(dropped - self._reported) if dropped > self._reported else ""
        try:
            self._write((text + notice).encode(errors="backslashreplace"))
        except OSError:  # the pipe is closed, or the disk is full
            self._dropped += count
        else:
            self._reported = dropped
            if self._dropped > dropped:
                self._wake.set()  # the notice does not wait for another line
        self._done += len(text)

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._descriptor, rest) :]
            except BlockingIOError:  # it was non-blocking when we got it
                select.select([], [self._descriptor], [], 1)
