"""What must survive a power failure."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Force a file, or a folder's entries, to the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
