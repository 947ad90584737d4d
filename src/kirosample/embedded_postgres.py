"""A PostgreSQL server of our own, for when no DATABASE_URL is given.

Only its programs come from a wheel; how they run is ours: `postgres_setup` prepares, this module
starts, takes over and stops. `data_dir` then holds

    lock          locked by the process that uses the folder, with its pid
    postgresql/   the data
    run/          the Unix socket, the only way to connect; access to this folder is access
    postgres.log  what the server said
    runtime/      as root only, a copy of the programs where the wheel's are out of reach

The server outlives a `kill -9` of this process; the next start takes it over. With `supervise`, a
server that dies is started again.
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
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from kirosample.postgres_setup import (
    ENVIRONMENT,
    SOCKET,
    USER,
    Account,
    EmbeddedPostgresError,
    account_for,
    complaint,
    initialise,
    make_data_dir,
    make_socket_folder,
    open_log,
    programs_for,
    refuse_unusable,
    socket_folder,
)

log = logging.getLogger(__name__)

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError"]

_DATABASE = "postgres"  # made by initdb; a second one would cost a start in single-user mode
_SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "shared_buffers": "32MB",
    "io_method": "sync",  # no worker processes for a database this small
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
_PATIENCE = 30.0  # seconds; only recovery after a crash comes near
_LOOK_SECONDS = 0.5  # between looks at whether the server is alive
_LONGEST_PAUSE = 30.0  # seconds between attempts to start it again
_FOREVER = float("inf")


class EmbeddedPostgres:
    """A running server: made by `start`, ended by `stop` or by leaving its `with` block.

    `dsn` is where it takes connections, for asyncpg and libpq alike: it stays the same when the
    server is started again.
    """

    def __init__(self, server: "_Server", place: "_Place", *, lock: int) -> None:
        self.dsn = f"postgresql://{USER}@/{_DATABASE}?host={quote(str(server.sockets))}&port=5432"
        self._server = server
        self._place = place
        self._lock: int | None = lock
        self._supervisor: threading.Thread | None = None

    @property
    def pid(self) -> int:
        """The server's main process."""
        return self._server.pid

    @classmethod
    def start(cls, data_dir: Path) -> Self:
        """Serve the data in `data_dir`, made on the first start; returns when it takes connections.

        Raises:
            EmbeddedPostgresError: it cannot. Nothing new is left running, but for a server that
                recovers from a crash for over 30 s, which a later start takes over.
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
        cluster = data_dir / "postgresql"
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
            place = _Place(
                cluster, account, data_dir / "postgres.log", data_dir / "runtime", threading.Event()
            )
            server = _take_over(place, _PATIENCE)
            if server is None:
                programs = programs_for(account, place.runtime)
                initialise(cluster, programs, account, place.log)
                server = _launch(place, programs, socket_folder(data_dir, account), _PATIENCE)
            return cls(server, place, lock=lock)
        except BaseException:
            os.close(lock)
            raise

    def supervise(self) -> None:
        """From now on, start the server again whenever it dies, in a thread; `stop` ends it."""
        self._supervisor = threading.Thread(
            target=self._supervise, name="postgres supervisor", daemon=True
        )
        self._supervisor.start()

    def _supervise(self) -> None:
        began, pause = time.monotonic(), 0.0
        while not self._place.stopping.wait(_LOOK_SECONDS):
            if self._server.is_alive():
                continue
            log.error("the local PostgreSQL has died: %s", self._server.last_words())
            died = time.monotonic()
            # One that dies again and again is not started any faster for having started.
            pause = pause if died - began < _LONGEST_PAUSE else 0.0
            said = set[str]()
            while not self._place.stopping.wait(pause):
                pause = min(max(2 * pause, _LOOK_SECONDS), _LONGEST_PAUSE)
                try:
                    self._server = self._start_again()
                except _StoppingError:
                    return
                except Exception as error:
                    if (reason := str(error)) not in said:
                        said.add(reason)
                        is_known = isinstance(error, (EmbeddedPostgresError, OSError))
                        log.error(
                            "the local PostgreSQL cannot be started, and is tried again: %s",
                            reason,
                            exc_info=None if is_known else error,
                        )
                else:
                    began = time.monotonic()
                    log.warning(
                        "the local PostgreSQL runs again, %.1f s after it was found dead",
                        began - died,
                    )
                    break

    def _start_again(self) -> "_Server":
        place = self._place
        refuse_unusable(place.cluster, must_exist=True)  # never an empty one in its place
        if server := _take_over(place, _FOREVER):
            return server
        programs = programs_for(place.account, place.runtime)
        make_socket_folder(self._server.sockets, place.account)
        return _launch(place, programs, self._server.sockets, _FOREVER)

    def stop(self) -> None:
        """Stop the server and let go of the folder; once stopped, do nothing.

        Raises:
            EmbeddedPostgresError: it does not stop.
        """
        if self._lock is None:
            return
        lock, self._lock = self._lock, None
        try:
            self._place.stopping.set()
            if self._supervisor:
                self._supervisor.join()
            _shut_down(self._server, self._place.log)
            with contextlib.suppress(OSError):  # a server that was killed leaves its socket in it
                self._server.sockets.rmdir()
        finally:
            os.close(lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class _StoppingError(EmbeddedPostgresError):
    """Somebody called `stop` while the server was being started."""


@dataclass(frozen=True)
class _Place:
    """What stays the same when a server is started again."""

    cluster: Path
    account: Account
    log: Path
    runtime: Path
    stopping: threading.Event
    """Set when no server is wanted any more."""

    def wait(self, seconds: float) -> None:
        if self.stopping.wait(seconds):
            raise _StoppingError("PostgreSQL is not wanted any more")


@dataclass(frozen=True)
class _Server:
    pid: int
    sockets: Path
    is_alive: Callable[[], bool]
    last_words: Callable[[], str]
    """How it ended, for the log."""


def _lock(data_dir: Path) -> int:
    """A descriptor whose closing, or the end of this process, lets go of the folder."""
    import fcntl  # not on Windows, where this module must still import

    lock = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)  # children do not inherit it
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    except BlockingIOError:
        holder = os.pread(lock, 20, 0).decode().strip()
        os.close(lock)
        raise EmbeddedPostgresError(
            f"{data_dir} is in use by process {holder or 'unknown'}: stop that one, "
            "or set KIROSAMPLE_DATA_DIR to another folder"
        ) from None
    except OSError:
        os.close(lock)
        raise
    return lock


@dataclass(frozen=True)
class _PidFile:
    """What postmaster.pid in the data folder says; a crash leaves it there."""

    pid: int
    sockets: Path
    ready: bool

    @classmethod
    def read(cls, cluster: Path) -> "_PidFile | None":
        try:
            text = (cluster / "postmaster.pid").read_text(errors="surrogateescape")
            pid, _, _, _, sockets, *later = text.split("\n")
            return cls(int(pid), Path(sockets), len(later) > 2 and later[2].strip() == "ready")
        except (FileNotFoundError, ValueError):
            return None


def _take_over(place: _Place, patience: float) -> _Server | None:
    """The server that an earlier process left running on these data, once it is ready."""
    cluster, account = place.cluster, place.account
    deadline = time.monotonic() + patience
    while (found := _PidFile.read(cluster)) and _serves(found.pid, cluster, account):
        if found.ready and _answers(found.sockets):
            is_alive = partial(_serves, found.pid, cluster, account)
            return _Server(found.pid, found.sockets, is_alive, lambda: f"see {place.log}")
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(
                f"a PostgreSQL (process {found.pid}) has {cluster} open and does not answer: "
                f"stop it with kill -INT {found.pid}"
            )
        place.wait(0.01)
    return None


def _serves(pid: int, cluster: Path, account: Account) -> bool:
    """Whether the process is a server of these data; its number alone may be another's by now."""
    if Path("/proc/self/cmdline").exists():
        process = Path(f"/proc/{pid}")
        try:
            uid = process.stat().st_uid
            command = os.fsdecode((process / "cmdline").read_bytes().replace(b"\0", b" "))
        except (FileNotFoundError, ProcessLookupError):
            return False
    else:
        ps = ["/bin/ps", "-ww", "-o", "uid=,command=", "-p", str(pid)]
        outcome = subprocess.run(ps, capture_output=True, text=True, check=False)  # noqa: S603
        if outcome.returncode != 0:
            return False
        owner, command = outcome.stdout.split(None, 1)
        uid = int(owner)
    return uid == account.uid and f"/postgres -D {cluster} " in f"{command.strip()} "


def _answers(sockets: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(sockets / SOCKET))
        except OSError:
            return False
    return True


def _launch(place: _Place, programs: Path, sockets: Path, patience: float) -> _Server:
    cluster, log = place.cluster, place.log
    _clear_traces(cluster, sockets)
    quoted = str(sockets).replace('"', '""')
    settings = _SETTINGS | {"unix_socket_directories": f'"{quoted}"'}
    with open_log(log) as output:
        began = output.tell()
        process = subprocess.Popen(  # noqa: S603 - our program, our arguments
            [programs / "postgres", "-D", cluster, *(f"--{k}={v}" for k, v in settings.items())],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=ENVIRONMENT,
            start_new_session=True,  # Ctrl-C in the terminal is for us, not for the server
            **place.account.process_options(),
        )

    def last_words() -> str:
        if (code := process.returncode) is not None and code < 0:
            return f"killed by {signal.Signals(-code).name}"
        return complaint(log, began)

    server = _Server(process.pid, sockets, lambda: process.poll() is None, last_words)
    deadline = time.monotonic() + patience
    try:
        while time.monotonic() < deadline:
            if not server.is_alive():
                raise EmbeddedPostgresError(f"PostgreSQL did not start: {last_words()}")
            found = _PidFile.read(cluster)
            if found and found.pid == process.pid and found.ready:
                return server
            place.wait(0.005)
    except BaseException:
        _shut_down(server, log)
        raise
    raise EmbeddedPostgresError(
        f"PostgreSQL (process {process.pid}) is not ready after {patience:.0f} s and goes on "
        f"recovering: start again later, and see {log}"
    )


def _clear_traces(cluster: Path, sockets: Path) -> None:
    """Undo what makes PostgreSQL think that a server which died is alive.

    It believes a number in its lock files when any process of its account has that number now.
    Its parent's, ours, it knows to be no server's; so put that in, and leave the rest of the
    file, by which it makes sure that no backend of the dead server lives on.
    """
    for name in (SOCKET, f"{SOCKET}.lock"):
        (sockets / name).unlink(missing_ok=True)
    try:
        # As root we write here in another account's folder: follow no link it may have laid.
        pid_file = os.open(cluster / "postmaster.pid", os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        return
    with os.fdopen(pid_file, "r+b") as file:
        _, _, rest = file.read().partition(b"\n")
        file.seek(0)
        file.write(b"%d\n%b" % (os.getpid(), rest))
        file.truncate()


def _shut_down(server: _Server, log: Path) -> None:
    # Fast shutdown; if need be the immediate one, from which the next start recovers.
    for number, patience in ((signal.SIGINT, _PATIENCE), (signal.SIGQUIT, 10.0)):
        deadline = time.monotonic() + patience
        with contextlib.suppress(ProcessLookupError):
            if server.is_alive():
                os.kill(server.pid, number)
        while server.is_alive() and time.monotonic() < deadline:
            time.sleep(0.005)
        if not server.is_alive():
            return
    raise EmbeddedPostgresError(f"PostgreSQL (process {server.pid}) does not stop: see {log}")
