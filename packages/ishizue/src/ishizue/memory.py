"""How much memory a server has, and how it stays small. The Dockerfile sets malloc's threshold."""

import asyncio
import ctypes
import gc
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

_TRIM_SECONDS = 2

_CGROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
"""Files with the container's limit in bytes, of cgroup v2 and v1. A machine has one or none."""


def memory_limit() -> int:
    """Bytes of memory that this process may use: its container's limit, else the machine's size."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for file in _CGROUP_LIMITS:
        with suppress(OSError, ValueError):  # without a limit, version 2 has "max" there
            limits.append(int(Path(file).read_text()))
    return min(limits)


def freeze_startup_objects() -> None:
    """Exclude what exists now, which a server keeps, from garbage collection, and have it run."""
    gc.enable()  # a command may start without: collections would walk ten times through imports
    gc.freeze()
    gc.collect()  # of nothing: the next full collection runs only once the heap has grown by 25 %


@asynccontextmanager
async def trimming_heap() -> AsyncIterator[None]:
    """Return free memory between blocks in use to the system, regularly during the block.

    Startup leaves 3 MB free, and the page cache more as its pages come and go. Without trimming, a
    server with a full cache takes 5 MB more. A call takes less than a millisecond.
    """
    task = asyncio.create_task(_trim())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _trim() -> None:
    """Call glibc's function again and again; other C libraries have none."""
    try:
        malloc_trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError):
        return
    while True:
        await asyncio.sleep(_TRIM_SECONDS)
        malloc_trim(0)
