"""A file that a command writes is its owner's alone."""

from pathlib import Path

import pytest

from ishizue.commands import files
from ishizue.failure import Failure


def test_a_file_is_its_owner_s_alone_and_no_link_is_followed(tmp_path: Path) -> None:
    target, part, other = (tmp_path / name for name in ("file", "file.part", "other"))
    other.write_bytes(b"kept")
    for link in (target, part):
        link.symlink_to(other)
    files.write(str(target), b"content", "text/plain")
    assert (target.read_bytes(), other.read_bytes()) == (b"content", b"kept")
    assert (target.is_symlink(), target.stat().st_mode & 0o777) == (False, 0o600)
    assert not part.exists()
    with pytest.raises(Failure, match="cannot be written"):
        files.write(str(tmp_path), b"", "text/plain")
