"""Has pictures drawn: by one process, one after the other, away from the event loop.

The process is started when it is needed and ends when it had nothing to do for a while, so that
its memory is not taken all day.
"""

import asyncio
import logging
import os
import sys
from collections import OrderedDict
from contextlib import suppress
from typing import Self

from kirosample.limits import DRAWING_SECONDS, DRAWINGS_WAITING, IDLE_ARTIST_SECONDS
from kirosample.share.cards import Card, encode

log = logging.getLogger(__name__)

_KEPT_OF_ENVIRONMENT = ("PYTHON", "LD_", "DYLD_")
_LEAN = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "131072"}
"""glibc's malloc then gives back a picture's memory at once, instead of keeping it for the next."""

_COMMAND = ("-P", "-m", "kirosample.share.worker")


_ENDED = (OSError, asyncio.IncompleteReadError)
"""What a process that is gone, or cannot be started, raises."""


class Busy(Exception):
    """More pictures wait than is good; or one took too long. It is worth another try."""


class NotDrawn(Exception):
    """The process ended over a picture, and the next one did too: a defect."""


class Artist:
    """Used as an asynchronous context manager, which ends the process."""

    def __init__(
        self,
        *,
        command: tuple[str, ...] = _COMMAND,
        most: int = DRAWINGS_WAITING,
        seconds: float = DRAWING_SECONDS,
        idle_seconds: float = IDLE_ARTIST_SECONDS,
    ) -> None:
        self._command = command
        self._most = most
        self._seconds = seconds
        self._idle_seconds = idle_seconds
        self._waiting: OrderedDict[bytes, asyncio.Future[bytes]] = OrderedDict()
        self._asked = asyncio.Event()
        self._working: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._working:
            self._working.cancel()
            with suppress(asyncio.CancelledError):
                await self._working
        for waiting in self._waiting.values():
            waiting.cancel()

    @property
    def process_id(self) -> int | None:
        """The process's number while there is one."""
        return self._process.pid if self._process else None

    async def draw(self, card: Card) -> bytes:
        """The PNG of a card, drawn once for all who ask for it. Raises Busy and NotDrawn."""
        message = encode(card)
        waiting = self._waiting.get(message)
        if waiting is None:
            if len(self._waiting) >= self._most:
                raise Busy
            waiting = self._waiting[message] = asyncio.get_running_loop().create_future()
            # Where nobody waits any more, nobody asks how it went.
            waiting.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._asked.set()
            if self._working is None:
                self._begin()
        return await asyncio.shield(waiting)  # one who leaves does not take it from the others

    def _begin(self) -> None:
        self._working = asyncio.create_task(self._work())

    async def _work(self) -> None:
        """Draw until nothing was asked for in a while."""
        try:
            while await self._is_asked():
                message, waiting = next(iter(self._waiting.items()))
                try:
                    waiting.set_result(await self._drawn(message))
                except Exception as error:
                    if not isinstance(error, Busy | NotDrawn):
                        log.exception("a defect in having pictures drawn")
                    waiting.set_exception(error)
                    await self._end()
                del self._waiting[message]
        finally:
            await self._end()
            self._working = None
        if self._waiting:  # they came while the process ended
            self._begin()

    async def _is_asked(self) -> bool:
        if not self._waiting:
            self._asked.clear()
            try:
                async with asyncio.timeout(self._idle_seconds):
                    await self._asked.wait()
            except TimeoutError:
                return bool(self._waiting)
        return True

    async def _drawn(self, message: bytes) -> bytes:
        try:
            async with asyncio.timeout(self._seconds):
                try:
                    return await self._answered(message)
                except _ENDED as error:
                    # Killed, perhaps, for want of memory: no fault of the picture's.
                    log.warning("a picture is drawn again: %s", await self._last_words(error))
                    await self._end()
                    return await self._answered(message)
        except TimeoutError:
            log.error("a picture was not drawn within %s s", self._seconds)
            raise Busy from None
        except _ENDED as error:
            log.error("a picture cannot be drawn: %s", await self._last_words(error))
            raise NotDrawn from None

    async def _answered(self, message: bytes) -> bytes:
        """What the process draws. Raises one of _ENDED where there is none, or it ends."""
        process = self._process = self._process or await self._start()
        asked, answers = process.stdin, process.stdout
        if asked is None or answers is None:
            raise OSError("no pipes")  # it is started with both
        asked.write(len(message).to_bytes(4) + message)
        length = await answers.readexactly(4)
        return await answers.readexactly(int.from_bytes(length))

    async def _start(self) -> asyncio.subprocess.Process:
        # It need not know the secrets that stand in our environment.
        environ = {
            name: value
            for name, value in os.environ.items()
            if name.startswith(_KEPT_OF_ENVIRONMENT)
        } | _LEAN
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(
            sys.executable, *self._command, stdin=pipe, stdout=pipe, stderr=pipe, env=environ
        )

    async def _last_words(self, error: Exception) -> str:
        """Why the process ended: its exit code, and what it wrote to stderr, else our error."""
        process, said = self._process, ""
        if process and process.stderr:
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    said = (await process.stderr.read(16_384)).decode(errors="replace").strip()
                    await process.wait()
        code = process.returncode if process else None
        return f"its process ended ({code}): {said or error}"

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()  # it holds nothing that could be lost
        if process.stdin:
            process.stdin.close()
        await process.communicate()  # to the end of its pipes, which would outlive it otherwise
