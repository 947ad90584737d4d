"""Small file systems, for tests of full and read-only disks."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ishizue.testing.postgres import folder


@contextmanager
def mounted(options: str) -> Iterator[Path]:
    """A new file system, mounted by root or with sudo; otherwise the test is skipped."""
    as_root = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    if as_root and not shutil.which("sudo"):
        pytest.skip("no file system can be mounted here: neither root nor sudo")
    options += f",uid={os.geteuid()},gid={os.getegid()}"
    with folder() as path:
        made = subprocess.run(
            [*as_root, "mount", "-t", "tmpfs", "-o", options, "tmpfs", path],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            pytest.skip(f"no file system can be mounted here: {made.stderr.strip()}")
        try:
            yield path
        finally:
            subprocess.run([*as_root, "umount", path], check=True)


def fill(file_system: Path) -> Path:
    """Write a file until the disk is full, and return it."""
    filler = file_system / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    return filler
