"""The local PostgreSQL server: started, supervised and stopped.

Only its programs come from a wheel; `setup.py` prepares them and the data. `data_dir` then holds

    lock, users   locked by the process that owns the server, and by all that use it
    postgresql/   the data
    run/          the Unix socket, the only way to connect; access to this folder is access
    postgres.log  the server's log
    runtime/      for root only, a copy of the programs if the account cannot reach the wheel's

A second process on the folder uses the server that runs, and supervises it once its owner ended. A
`kill -9` of the only process leaves the server running; the next start ends it first.
"""

import contextlib
import logging
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self
from urllib.parse import quote

from ishizue.postgres.setup import (
    ENVIRONMENT,
    SOCKET,
    DataFolderError,
    EmbeddedPostgresError,
    account_for,
    cluster_in,
    initialise,
    make_data_dir,
    make_socket_folder,
    open_log,
    programs_for,
    reason_in,
    refuse_unusable,
    socket_folder,
)
from ishizue.postgres.sharing import Claim

log = logging.getLogger(__name__)

__all__ = ["DataFolderError", "EmbeddedPostgres", "EmbeddedPostgresError"]

_DATABASE = "postgres"  # made by initdb; another one would need a start in single-user mode
_SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "shared_buffers": "32MB",
    "wal_compression": "pglz",  # whole pages after a checkpoint: a tenth of what a like writes
    "io_method": "sync",  # no worker processes for a database this small
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
# Fast shutdown, then the immediate one, from which the next start recovers; seconds for each.
_SHUTDOWN = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0))
_CHECK_SECONDS = 0.5  # between checks whether the server is alive
_MAX_PAUSE = 30.0  # seconds between restarts


class EmbeddedPostgres:
    """A running server: `start` starts it, `stop` or the end of its `with` block stops it.

    While other processes use it, it goes on instead, and one of them supervises it from then on.

    `dsn` is its address, for asyncpg and libpq; it stays the same after a restart.
    """

    def __init__(self, data_dir: Path, user: str) -> None:
        self._cluster = cluster_in(data_dir)
        self._log = data_dir / "postgres.log"
        self._runtime = data_dir / "runtime"
        self._account = account_for(self._cluster)
        if barrier := self._account.barrier(self._cluster):
            raise DataFolderError(
                f"PostgreSQL, which runs as uid {self._account.uid}, may not enter {barrier}: "
                "choose another data folder"
            )
        make_data_dir(data_dir)
        self._stopping = threading.Event()
        self._supervisor: threading.Thread | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._claim: Claim | None = None
        self._sockets = socket_folder(data_dir)
        claim = Claim(data_dir)
        try:
            if claim.enter():
                self._make(user)
            elif claim.owns and not _accepts_connections(self._sockets):
                self._restart()
            claim.share()
        except BaseException:
            claim.close()
            raise
        self._claim = claim
        self.dsn = f"postgresql://{user}@/{_DATABASE}?host={quote(str(self._sockets))}&port=5432"

    def _make(self, user: str) -> None:
        """Start the server, on new data if there is none."""
        refuse_unusable(self._cluster)
        if _accepts_connections(self._sockets):  # an earlier process was killed
            log.warning("stopping the PostgreSQL that an earlier process left on %s", self._cluster)
            self._shut_down_other()
        programs = programs_for(self._account, self._runtime)
        initialise(self._cluster, programs, self._account, self._log, user)
        make_socket_folder(self._sockets, self._account)
        self._process = self._launch(programs)

    @property
    def pid(self) -> int:
        """The id of the server's process; 0 while no server runs."""
        if self._process:
            return self._process.pid
        running = _pid_and_readiness(self._cluster)
        return running[0] if running else 0

    @classmethod
    def start(cls, data_dir: Path, user: str = "postgres") -> Self:
        """Start a server on the data in `data_dir`, which the first start makes, and wait for it.

        `user` owns the database; a later start must name the same user.

        After a crash the server recovers first, however long that takes. Raises
        EmbeddedPostgresError, and then leaves nothing new running.
        """
        data_dir = data_dir.expanduser().resolve()
        try:
            return cls(data_dir, user)
        except OSError as error:
            why = error.strerror or error  # shutil.Error is the list of what was not copied
            raise EmbeddedPostgresError(
                f"the embedded PostgreSQL cannot use {error.filename or data_dir}: {why}"
            ) from error

    def supervise(self) -> None:
        """Restart the server whenever it dies, from a thread that `stop` ends.

        While another process owns the server, that process restarts it.
        """
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)
        self._supervisor.start()

    def stop(self) -> None:
        """Stop the server unless others use it, and unlock the folder. A second call does nothing.

        Raises EmbeddedPostgresError if it does not stop.
        """
        if self._claim is None:
            return
        claim, self._claim = self._claim, None
        try:
            self._stopping.set()
            if self._supervisor:
                self._supervisor.join()
            if claim.leave():
                if self._process:
                    self._shut_down(self._process)
                else:
                    self._shut_down_other()
                with contextlib.suppress(OSError):  # a killed server leaves its socket in it
                    self._sockets.rmdir()
            elif self._process:
                self._process.returncode = 0  # it goes on, and is no child to wait for
        finally:
            claim.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def _launch(self, programs: Path) -> "subprocess.Popen[bytes]":
        """Start a server and wait until it is ready. Raises EmbeddedPostgresError."""
        self._clear_stale_locks()
        quoted = str(self._sockets).replace('"', '""')
        settings = _SETTINGS | {"unix_socket_directories": f'"{quoted}"'}
        options = [f"--{name}={value}" for name, value in settings.items()]
        with open_log(self._log) as output:
            self._log_start = output.tell()
            process = subprocess.Popen(  # noqa: S603  (our program, our arguments)
                [programs / "postgres", "-D", self._cluster, *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=ENVIRONMENT,
                start_new_session=True,  # Ctrl-C in the terminal must not reach the server
                **self._account.process_options(),
            )
        try:
            while _pid_and_readiness(self._cluster) != (process.pid, True):
                if process.poll() is not None:
                    why = self._cause_of_death(process)
                    raise EmbeddedPostgresError(f"PostgreSQL did not start: {why}")
                if self._stopping.wait(0.005):
                    raise EmbeddedPostgresError("the local PostgreSQL is being stopped")
        except BaseException:
            self._shut_down(process)
            raise
        return process

    def _clear_stale_locks(self) -> None:
        """Remove what makes PostgreSQL believe that a dead server is still running.

        It trusts a pid in its lock files if any process of its account has it now. It knows that
        its parent, this process, is no server, so that pid goes in. The rest of the file stays:
        PostgreSQL uses it to check that no backend of the dead server is left.
        """
        for name in (SOCKET, f"{SOCKET}.lock"):
            (self._sockets / name).unlink(missing_ok=True)
        try:
            # Root writes into another account's folder here, so it must not follow a link.
            pid_file = os.open(self._cluster / "postmaster.pid", os.O_RDWR | os.O_NOFOLLOW)
        except FileNotFoundError:
            return
        with os.fdopen(pid_file, "r+b") as file:
            _, _, rest = file.read().partition(b"\n")
            file.seek(0)
            file.write(b"%d\n%b" % (os.getpid(), rest))
            file.truncate()

    def _shut_down_other(self) -> None:
        """Stop a server that another process started, if there is one."""
        # The pid may have been reused, but only a server of this data listens on our socket.
        if (running := _pid_and_readiness(self._cluster)) and _accepts_connections(self._sockets):
            _shut_down(running[0], (self._cluster / "postmaster.pid").exists, self._log)

    def _is_alive(self) -> bool:
        if self._process:
            return self._process.poll() is None
        return _accepts_connections(self._sockets)

    def _is_ours(self) -> bool:
        """Whether this process owns the server; it takes over from an owner that has ended."""
        if self._claim is None or self._claim.owns:
            return self._claim is not None
        if self._claim.own():
            log.warning("the process that started the local PostgreSQL has ended: supervising it")
        return self._claim.owns

    def _cause_of_death(self, process: "subprocess.Popen[bytes] | None") -> str:
        if process is None:
            return f"see {self._log}"
        if (code := process.returncode) is not None and code < 0:
            return f"killed by {signal.Signals(-code).name}"
        return reason_in(self._log, self._log_start)

    def _shut_down(self, process: "subprocess.Popen[bytes]") -> None:
        _shut_down(process.pid, lambda: process.poll() is None, self._log)

    def _supervise(self) -> None:
        began = time.monotonic()
        pause = 0.0
        while not self._stopping.wait(_CHECK_SECONDS):
            if not self._is_ours() or self._is_alive():
                continue
            log.error("the local PostgreSQL died: %s", self._cause_of_death(self._process))
            died = time.monotonic()
            # The pause keeps growing for a server that dies again soon after a restart.
            pause = pause if died - began < _MAX_PAUSE else 0.0
            logged = set[str]()
            while not self._stopping.wait(pause):
                pause = min(max(2 * pause, _CHECK_SECONDS), _MAX_PAUSE)
                try:
                    self._restart()
                except Exception as error:
                    if (reason := str(error)) not in logged and not self._stopping.is_set():
                        logged.add(reason)
                        is_known = isinstance(error, (EmbeddedPostgresError, OSError))
                        text = "cannot restart the local PostgreSQL, retrying: %s"
                        log.error(text, reason, exc_info=None if is_known else error)
                else:
                    began = time.monotonic()
                    log.warning("the local PostgreSQL runs again after %.1f s", began - died)
                    break

    def _restart(self) -> None:
        refuse_unusable(self._cluster, must_exist=True)  # never start on empty data instead
        programs = programs_for(self._account, self._runtime)
        make_socket_folder(self._sockets, self._account)
        self._process = self._launch(programs)


def _pid_and_readiness(cluster: Path) -> tuple[int, bool] | None:
    """What postmaster.pid says, once there is one: its first line, and its eighth."""
    try:
        text = (cluster / "postmaster.pid").read_text(errors="surrogateescape")
        pid, *lines = text.split("\n")
        return int(pid), [line.strip() for line in lines[6:7]] == ["ready"]
    except (FileNotFoundError, ValueError):
        return None


def _accepts_connections(sockets: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(sockets / SOCKET))
        except OSError:
            return False
    return True


def _shut_down(pid: int, is_alive: Callable[[], bool], log_file: Path) -> None:
    """Stop a server and wait for its end. Raises EmbeddedPostgresError."""
    for number, timeout in _SHUTDOWN:
        deadline = time.monotonic() + timeout
        with contextlib.suppress(ProcessLookupError):
            if is_alive():
                os.kill(pid, number)
        while is_alive() and time.monotonic() < deadline:
            time.sleep(0.005)
        if not is_alive():
            return
    raise EmbeddedPostgresError(f"PostgreSQL (process {pid}) does not stop: see {log_file}")
