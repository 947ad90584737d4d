"""The local PostgreSQL server: started, taken over, supervised and stopped.

Only its programs come from a wheel; `setup.py` prepares them and the data. `data_dir` then holds

    lock          locked by the process that uses the folder, with its pid
    postgresql/   the data
    run/          the Unix socket, the only way to connect; access to this folder is access
    postgres.log  the server's log
    runtime/      for root only, a copy of the programs if the account cannot reach the wheel's

The server outlives a `kill -9` of this process; the next start takes it over.
"""

import contextlib
import logging
import os
import threading
import time
from pathlib import Path
from typing import Self
from urllib.parse import quote

from kirosample.postgres.process import (
    TIMEOUT,
    Place,
    Server,
    StoppingError,
    launch,
    shut_down,
    take_over,
)
from kirosample.postgres.setup import (
    USER,
    EmbeddedPostgresError,
    account_for,
    cluster_in,
    initialise,
    make_data_dir,
    make_socket_folder,
    programs_for,
    refuse_unusable,
    socket_folder,
)

log = logging.getLogger(__name__)

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError"]

_DATABASE = "postgres"  # made by initdb; another one would need a start in single-user mode
_CHECK_SECONDS = 0.5  # between checks whether the server is alive
_MAX_PAUSE = 30.0  # seconds between restarts
_FOREVER = float("inf")


class EmbeddedPostgres:
    """A running server: `start` starts it, `stop` or the end of its `with` block stops it.

    `dsn` is its address, for asyncpg and libpq; it stays the same after a restart.
    """

    def __init__(self, server: Server, place: Place, *, lock: int) -> None:
        self.dsn = f"postgresql://{USER}@/{_DATABASE}?host={quote(str(server.sockets))}&port=5432"
        self._server = server
        self._place = place
        self._lock: int | None = lock
        self._supervisor: threading.Thread | None = None

    @property
    def pid(self) -> int:
        return self._server.pid

    @classmethod
    def start(cls, data_dir: Path) -> Self:
        """Start a server on the data in `data_dir`, which the first start makes, and wait for it.

        Raises EmbeddedPostgresError, and then leaves nothing new running, except a server that
        needs over 30 s to recover from a crash; a later start takes it over.
        """
        if os.name == "nt":
            raise EmbeddedPostgresError(
                "the embedded PostgreSQL runs on Linux and macOS: on Windows use WSL, "
                "or set DATABASE_URL"
            )
        data_dir = data_dir.expanduser().resolve()
        try:
            return cls._start(data_dir)
        except OSError as error:
            raise EmbeddedPostgresError(
                f"the embedded PostgreSQL cannot use {error.filename or data_dir}: {error.strerror}"
            ) from error

    @classmethod
    def _start(cls, data_dir: Path) -> Self:
        cluster = cluster_in(data_dir)
        account = account_for(cluster)
        if barrier := account.barrier(cluster):
            raise EmbeddedPostgresError(
                f"PostgreSQL, which runs as uid {account.uid}, may not enter {barrier}: "
                "set KIROSAMPLE_DATA_DIR to a folder it may reach"
            )
        make_data_dir(data_dir)
        lock = _lock(data_dir)
        try:
            refuse_unusable(cluster)
            place = Place(
                cluster, account, data_dir / "postgres.log", data_dir / "runtime", threading.Event()
            )
            server = take_over(place, TIMEOUT)
            if server is None:
                programs = programs_for(account, place.runtime)
                initialise(cluster, programs, account, place.log)
                server = launch(place, programs, socket_folder(data_dir, account), TIMEOUT)
            return cls(server, place, lock=lock)
        except BaseException:
            os.close(lock)
            raise

    def supervise(self) -> None:
        """Restart the server whenever it dies, from a thread that `stop` ends."""
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)
        self._supervisor.start()

    def _supervise(self) -> None:
        began, pause = time.monotonic(), 0.0
        while not self._place.stopping.wait(_CHECK_SECONDS):
            if self._server.is_alive():
                continue
            log.error("the local PostgreSQL died: %s", self._server.cause_of_death())
            died = time.monotonic()
            # The pause keeps growing for a server that dies again soon after a restart.
            pause = pause if died - began < _MAX_PAUSE else 0.0
            logged = set[str]()
            while not self._place.stopping.wait(pause):
                pause = min(max(2 * pause, _CHECK_SECONDS), _MAX_PAUSE)
                try:
                    self._server = self._restart()
                except StoppingError:
                    return
                except Exception as error:
                    if (reason := str(error)) not in logged:
                        logged.add(reason)
                        is_known = isinstance(error, (EmbeddedPostgresError, OSError))
                        text = "cannot restart the local PostgreSQL, retrying: %s"
                        log.error(text, reason, exc_info=None if is_known else error)
                else:
                    began = time.monotonic()
                    log.warning("the local PostgreSQL runs again after %.1f s", began - died)
                    break

    def _restart(self) -> Server:
        place = self._place
        refuse_unusable(place.cluster, must_exist=True)  # never start on empty data instead
        if server := take_over(place, _FOREVER):
            return server
        programs = programs_for(place.account, place.runtime)
        make_socket_folder(self._server.sockets, place.account)
        return launch(place, programs, self._server.sockets, _FOREVER)

    def stop(self) -> None:
        """Stop the server and unlock the folder; do nothing the second time.

        Raises EmbeddedPostgresError if it does not stop.
        """
        if self._lock is None:
            return
        lock, self._lock = self._lock, None
        try:
            self._place.stopping.set()
            if self._supervisor:
                self._supervisor.join()
            shut_down(self._server, self._place.log)
            with contextlib.suppress(OSError):  # a killed server leaves its socket in it
                self._server.sockets.rmdir()
        finally:
            os.close(lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()


def _lock(data_dir: Path) -> int:
    """Lock the folder until the returned descriptor is closed, or this process ends."""
    import fcntl  # not on Windows, where this module must still import

    lock = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)  # children do not inherit it
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    except OSError as error:
        holder = os.pread(lock, 20, 0).decode().strip() or "unknown"
        os.close(lock)
        if not isinstance(error, BlockingIOError):
            raise
        raise EmbeddedPostgresError(
            f"{data_dir} is in use by process {holder}: stop it, "
            "or set KIROSAMPLE_DATA_DIR to another folder"
        ) from None
    return lock
