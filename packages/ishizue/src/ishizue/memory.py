"""How a server's memory is kept small. The image sets malloc's threshold, in the Dockerfile."""

import asyncio
import ctypes
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

_TRIM_SECONDS = 2


def freeze_startup_objects() -> None:
    """Exclude what exists now, which a server keeps, from garbage collection."""
    gc.freeze()
    gc.collect()  # of nothing: the next full collection runs only once the heap has grown by 25 %


@asynccontextmanager
async def trimming_heap(every_seconds: float = _TRIM_SECONDS) -> AsyncIterator[None]:
    """Return free memory between blocks in use to the system, regularly during the block.

    Startup leaves 3 MB of it, and the page cache more as its pages come and go: without, a server
    with a full cache takes 5 MB more. Each time takes less than a millisecond.
    """
    task = asyncio.create_task(_trim(every_seconds))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _trim(every_seconds: float) -> None:
    malloc_trim = _malloc_trim()
    while malloc_trim:
        await asyncio.sleep(every_seconds)
        malloc_trim(0)


def _malloc_trim() -> Callable[[int], int] | None:
    """glibc's function; None with other C libraries."""
    try:
        function: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError):
        return None
    return function
