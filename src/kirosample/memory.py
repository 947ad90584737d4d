"""How memory that is free again is found, and given back to the system."""

import asyncio
import ctypes
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

_M_MMAP_THRESHOLD = -3  # as glibc's malloc.h numbers it
_BYTES = 64 * 1024
_EVERY_SECONDS = 2


def keep_what_is_there() -> None:
    """Have the garbage collector look only at what is made from here on.

    What a server has when it begins to serve it keeps, so nobody need look at that again.
    """
    gc.freeze()
    gc.collect()  # with nothing left to look at: Python waits until there is a quarter more


def return_large_blocks() -> None:
    """Have large blocks taken from the system one by one, and given back when they are free.

    Rendering a page takes such blocks for a moment. From the common heap they leave holes that
    stay the process's: with the page cache full a server took 78 MB, and takes 52.
    """
    if mallopt := _glibc("mallopt"):
        mallopt(_M_MMAP_THRESHOLD, _BYTES)


@asynccontextmanager
async def returning_holes(every_seconds: float = _EVERY_SECONDS) -> AsyncIterator[None]:
    """Give back what is free between smaller blocks, every now and then while the block runs.

    The start leaves 3 MB of such holes, and pages of all sizes that come and go in the page cache
    make new ones. Looking for them takes less than a millisecond; looking every 15 seconds instead,
    the peak is 2 MB higher.
    """
    task = asyncio.create_task(_return_holes(every_seconds))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _return_holes(every_seconds: float) -> None:
    malloc_trim = _glibc("malloc_trim")
    while malloc_trim:
        await asyncio.sleep(every_seconds)
        malloc_trim(0)


def _glibc(function: str) -> Callable[..., int] | None:
    """A function of its own, of which other C libraries have none."""
    try:
        found: Callable[..., int] = getattr(ctypes.CDLL(None), function)
    except (AttributeError, OSError):
        return None
    return found
