"""Which process owns the server of a data folder, and which others use it: two files, with flock.

The owner locks `lock`, and starts, supervises and stops the server. All who use the server share
`users`; the owner locks `users` alone while the server starts or stops and nobody may use it. The
system unlocks the files of a killed process.
"""

import fcntl
import os
import time
from pathlib import Path

_PAUSE_SECONDS = 0.02


class Claim:
    """This process's part in the server of a data folder."""

    def __init__(self, data_dir: Path) -> None:
        # Child processes do not inherit the descriptors.
        self._lock, self._users = (
            os.open(data_dir / name, os.O_RDWR | os.O_CREAT, 0o600) for name in ("lock", "users")
        )
        self.owns = False

    def enter(self) -> bool:
        """Own the server, or use the owner's; returns whether nobody else uses it.

        Waits while another process starts or stops it.
        """
        while not self.own():
            if _locked(self._users, fcntl.LOCK_SH):
                return False
            time.sleep(_PAUSE_SECONDS)
        return _locked(self._users, fcntl.LOCK_EX)

    def share(self) -> None:
        """Let others use the server, which runs."""
        _locked(self._users, fcntl.LOCK_SH)

    def own(self) -> bool:
        """Own the server, if nobody else does."""
        self.owns = self.owns or _locked(self._lock, fcntl.LOCK_EX)
        return self.owns

    def leave(self) -> bool:
        """Stop using the server; returns whether this was the last: then nobody may use it.

        Of several that leave at once, one gets True, or another one after it has closed.
        """
        while True:
            _locked(self._users, fcntl.LOCK_UN)
            if self.own():
                if _locked(self._users, fcntl.LOCK_EX):
                    return True
                self.owns = not _locked(self._lock, fcntl.LOCK_UN)
            if not _locked(self._users, fcntl.LOCK_EX):
                return False
            time.sleep(_PAUSE_SECONDS)

    def close(self) -> None:
        """Unlock both files."""
        os.close(self._users)
        os.close(self._lock)


def _locked(file: int, operation: int) -> bool:
    """Lock or unlock the file without waiting; returns whether that worked."""
    try:
        fcntl.flock(file, operation | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
