"""Whose the server of a data folder is, and who else uses it: two files, locked with flock.

`lock` is its owner's, who starts, supervises and stops it. `users` is shared by all who use it; the
owner has it alone while nobody may, because the server starts or stops. The system unlocks what a
killed process had.
"""

import fcntl
import os
import time
from pathlib import Path

_PAUSE_SECONDS = 0.02


class Claim:
    """This process's part in the server of a data folder."""

    def __init__(self, data_dir: Path) -> None:
        # Children do not inherit them.
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

        Of several who leave at once one is told so, or another after it has closed.
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
    """Lock or unlock it, unless that would have to wait."""
    try:
        fcntl.flock(file, operation | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
