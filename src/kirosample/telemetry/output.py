"""Lines on their way out: taken in no time, written together by a thread of their own."""

import os
import select
import threading
from collections.abc import Callable

from kirosample.limits import LOG_CHARACTERS, LOG_CLOSE_SECONDS, LOG_GATHER_SECONDS


class Output:
    """Writes to a file descriptor, and never makes its caller wait for the one who reads.

    `notice` makes the line that tells how many were dropped; it follows when writing works again.
    """

    def __init__(self, descriptor: int, notice: Callable[[int], str]) -> None:
        # Of its own: a thread that is stuck must not write to what has the number next.
        self._descriptor = os.dup(descriptor)
        self._notice = notice
        self._lines: list[str] = []
        # Each is written by one side only, so that neither needs a lock.
        self._accepted = self._done = 0
        self._dropped = self._told = 0
        self._awake = False  # asking the event takes longer
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="output", daemon=True)
        self._thread.start()

    def write(self, line: str) -> None:
        """Have a line written, its end included; by any thread."""
        if self._accepted - self._done > LOG_CHARACTERS:
            self._dropped += 1
            return
        self._accepted += len(line)
        self._lines.append(line)
        if not self._awake:
            self._awake = True
            self._wake.set()

    def close(self) -> None:
        """Write all that waits, as far as somebody reads it within a second."""
        self._closing.set()
        self._wake.set()
        self._thread.join(LOG_CLOSE_SECONDS)

    def _run(self) -> None:
        while not self._closing.is_set():
            self._wake.wait()
            self._closing.wait(LOG_GATHER_SECONDS)
            self._wake.clear()
            self._awake = False
            self._write_waiting()
        self._write_waiting()
        os.close(self._descriptor)

    def _write_waiting(self) -> None:
        # What is added meanwhile stands behind, and is left for the next time.
        lines = self._lines[:]
        del self._lines[: len(lines)]
        count, text = len(lines), "".join(lines)
        dropped = self._dropped
        notice = self._notice(dropped - self._told) if dropped > self._told else ""
        try:
            self._write((text + notice).encode(errors="backslashreplace"))
        except OSError:  # nobody reads any more, or the disk is full
            self._dropped += count
        else:
            self._told = dropped
            if self._dropped > dropped:
                self._wake.set()  # the line that tells of them does not wait for another one
        self._done += len(text)

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._descriptor, rest) :]
            except BlockingIOError:  # whoever handed the descriptor over made it so
                select.select([], [self._descriptor], [], 1)
