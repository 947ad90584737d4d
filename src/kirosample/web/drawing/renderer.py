"""Draws pictures in one child process, one at a time, away from the event loop.

The process starts on demand and ends when it has been idle, so that it does not hold its memory
all day.
"""

import asyncio
import logging
import os
import sys
from contextlib import suppress
from typing import Any, Self

from kirosample.web.drawing.cards import Card, encode

log = logging.getLogger(__name__)

DRAWING_SECONDS = 10
"""Timeout of a picture, including the start of the process that draws. A picture may wait as
long for its turn."""

_IDLE_SECONDS = 30
"""How long that process stays without work."""

_KEPT_OF_ENVIRONMENT = ("PYTHON", "LD_", "DYLD_")
_LEAN = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "131072"}
"""With these, glibc's malloc returns a picture's memory to the system at once."""

_COMMAND = ("-P", "-m", "kirosample.web.drawing.worker")

_ENDED = (OSError, asyncio.IncompleteReadError)
"""Raised when the process has ended or cannot start."""


class Busy(Exception):
    """A picture took too long. Retry later."""


class NotDrawn(Exception):
    """A picture cannot be drawn, or two processes in a row ended on it: a defect."""


class PictureRenderer:
    """An asynchronous context manager that ends the process on exit."""

    def __init__(
        self,
        *,
        command: tuple[str, ...] = _COMMAND,
        seconds: float = DRAWING_SECONDS,
        idle_seconds: float = _IDLE_SECONDS,
    ) -> None:
        self._command = command
        self._seconds = seconds
        self._idle_seconds = idle_seconds
        self._turn = asyncio.Lock()
        self._drawing: asyncio.Task[Any] | None = None
        self._idle: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._drawing:
            self._drawing.cancel()
        async with self._turn:  # after the end of an idle process, if that is in progress
            await self._end()
        if self._idle:
            self._idle.cancel()

    @property
    def process_id(self) -> int | None:
        """The id of the process, if there is one."""
        return self._process.pid if self._process else None

    async def draw(self, card: Card, shape: str) -> bytes:
        """The PNG of a card. Raises Busy or NotDrawn."""
        async with self._turn:
            if self._idle:
                self._idle.cancel()
            self._drawing = asyncio.current_task()
            try:
                return await self._drawn(encode(card, shape))
            except NotDrawn:
                raise  # the process draws others
            except BaseException:
                await self._end()
                raise
            finally:
                self._drawing = None
                self._idle = asyncio.create_task(self._end_when_idle())

    async def _end_when_idle(self) -> None:
        await asyncio.sleep(self._idle_seconds)
        async with self._turn:
            await self._end()

    async def _drawn(self, message: bytes) -> bytes:
        try:
            async with asyncio.timeout(self._seconds):
                try:
                    return await self._response(message)
                except _ENDED as error:
                    # It may have been killed for lack of memory, which is not the picture's fault.
                    log.warning("drawing a picture again: %s", await self._cause_of_end(error))
                    await self._end()
                    return await self._response(message)
        except TimeoutError:
            log.error("no picture within %s s", self._seconds)
            raise Busy from None
        except _ENDED as error:
            log.error("cannot draw a picture: %s", await self._cause_of_end(error))
            await self._end()
            raise NotDrawn from None

    async def _response(self, message: bytes) -> bytes:
        """The process's response. Raises NotDrawn or one of _ENDED."""
        process = self._process = self._process or await self._start()
        requests, responses = process.stdin, process.stdout
        if requests is None or responses is None:
            raise OSError("no pipes")  # it is started with both
        requests.write(len(message).to_bytes(4) + message)
        if picture := await _message(responses):
            return picture
        log.error("cannot draw a picture: %s", (await _message(responses)).decode())
        raise NotDrawn

    async def _start(self) -> asyncio.subprocess.Process:
        # The process gets none of the secrets in our environment.
        environ = {
            name: value
            for name, value in os.environ.items()
            if name.startswith(_KEPT_OF_ENVIRONMENT)
        } | _LEAN
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(
            sys.executable, *self._command, stdin=pipe, stdout=pipe, stderr=pipe, env=environ
        )

    async def _cause_of_end(self, error: Exception) -> str:
        """The exit code of the process and its stderr, or else the error."""
        process = self._process
        written = ""
        if process and process.stderr:
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    written = (await process.stderr.read(16_384)).decode(errors="replace").strip()
                    await process.wait()
        code = process.returncode if process else None
        return f"its process ended ({code}): {written or error}"

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()  # it has no state to lose
        if process.stdin:
            process.stdin.close()
        await process.communicate()  # read the pipes to the end, or they stay open


async def _message(responses: asyncio.StreamReader) -> bytes:
    """The process's next message. Raises IncompleteReadError if it ends."""
    length = await responses.readexactly(4)
    return await responses.readexactly(int.from_bytes(length))
