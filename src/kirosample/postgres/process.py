"""The server's process: launched, taken over from an earlier one, and shut down."""

import contextlib
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

from kirosample.postgres.setup import (
    ENVIRONMENT,
    SOCKET,
    Account,
    EmbeddedPostgresError,
    open_log,
    reason_in,
)

TIMEOUT = 30.0
"""Seconds of a start or a stop; only recovery after a crash takes nearly as long."""

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


class StoppingError(EmbeddedPostgresError):
    """`stop` was called during a start."""


@dataclass(frozen=True)
class Place:
    """What a restart does not change."""

    cluster: Path
    account: Account
    log: Path
    runtime: Path
    stopping: threading.Event
    """Set by `stop`."""

    def wait(self, seconds: float) -> None:
        """Sleep. Raises StoppingError if `stop` is called meanwhile."""
        if self.stopping.wait(seconds):
            raise StoppingError("the local PostgreSQL is being stopped")


@dataclass(frozen=True)
class Server:
    """A running process, and how to watch it."""

    pid: int
    sockets: Path
    is_alive: Callable[[], bool]
    cause_of_death: Callable[[], str]
    """Why it ended, for the log."""


@dataclass(frozen=True)
class PidFile:
    """postmaster.pid in the data folder, which a crash leaves behind."""

    pid: int
    sockets: Path
    ready: bool

    @classmethod
    def read(cls, cluster: Path) -> "PidFile | None":
        try:
            text = (cluster / "postmaster.pid").read_text(errors="surrogateescape")
            pid, _, _, _, sockets, *later = text.split("\n")
            return cls(int(pid), Path(sockets), len(later) > 2 and later[2].strip() == "ready")
        except (FileNotFoundError, ValueError):
            return None


def take_over(place: Place, timeout: float) -> Server | None:
    """The server that an earlier process left running on this data, once it is ready."""
    cluster, account = place.cluster, place.account
    deadline = time.monotonic() + timeout
    while (found := PidFile.read(cluster)) and _serves(found.pid, cluster, account):
        if found.ready and _accepts_connections(found.sockets):
            is_alive = partial(_serves, found.pid, cluster, account)
            return Server(found.pid, found.sockets, is_alive, lambda: f"see {place.log}")
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(
                f"a PostgreSQL (process {found.pid}) has {cluster} open and does not respond: "
                f"stop it with kill -INT {found.pid}"
            )
        place.wait(0.01)
    return None


def _serves(pid: int, cluster: Path, account: Account) -> bool:
    """Whether the process is a server of this data; its pid alone may have been reused."""
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


def _accepts_connections(sockets: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(sockets / SOCKET))
        except OSError:
            return False
    return True


def launch(place: Place, programs: Path, sockets: Path, timeout: float) -> Server:
    """Start a server and wait until it is ready. Raises EmbeddedPostgresError."""
    cluster, log = place.cluster, place.log
    _clear_stale_locks(cluster, sockets)
    quoted = str(sockets).replace('"', '""')
    settings = _SETTINGS | {"unix_socket_directories": f'"{quoted}"'}
    with open_log(log) as output:
        start = output.tell()
        process = subprocess.Popen(  # noqa: S603  (our program, our arguments)
            [programs / "postgres", "-D", cluster, *(f"--{k}={v}" for k, v in settings.items())],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=ENVIRONMENT,
            start_new_session=True,  # Ctrl-C in the terminal must not reach the server
            **place.account.process_options(),
        )

    def cause_of_death() -> str:
        if (code := process.returncode) is not None and code < 0:
            return f"killed by {signal.Signals(-code).name}"
        return reason_in(log, start)

    server = Server(process.pid, sockets, lambda: process.poll() is None, cause_of_death)
    deadline = time.monotonic() + timeout
    try:
        while time.monotonic() < deadline:
            if not server.is_alive():
                raise EmbeddedPostgresError(f"PostgreSQL did not start: {cause_of_death()}")
            found = PidFile.read(cluster)
            if found and found.pid == process.pid and found.ready:
                return server
            place.wait(0.005)
    except BaseException:
        shut_down(server, log)
        raise
    raise EmbeddedPostgresError(
        f"PostgreSQL (process {process.pid}) is not ready after {timeout:.0f} s and goes on "
        f"recovering: start again later, and see {log}"
    )


def _clear_stale_locks(cluster: Path, sockets: Path) -> None:
    """Remove what makes PostgreSQL believe that a dead server is still running.

    It trusts a pid in its lock files if any process of its account has it now. It knows that its
    parent, this process, is no server, so that pid goes in. The rest of the file stays: PostgreSQL
    uses it to check that no backend of the dead server is left.
    """
    for name in (SOCKET, f"{SOCKET}.lock"):
        (sockets / name).unlink(missing_ok=True)
    try:
        # Root writes into another account's folder here, so it must not follow a link.
        pid_file = os.open(cluster / "postmaster.pid", os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        return
    with os.fdopen(pid_file, "r+b") as file:
        _, _, rest = file.read().partition(b"\n")
        file.seek(0)
        file.write(b"%d\n%b" % (os.getpid(), rest))
        file.truncate()


def shut_down(server: Server, log: Path) -> None:
    """Stop the server and wait for its end. Raises EmbeddedPostgresError."""
    # Fast shutdown, then the immediate one, from which the next start recovers.
    for number, timeout in ((signal.SIGINT, TIMEOUT), (signal.SIGQUIT, 10.0)):
        deadline = time.monotonic() + timeout
        with contextlib.suppress(ProcessLookupError):
            if server.is_alive():
                os.kill(server.pid, number)
        while server.is_alive() and time.monotonic() < deadline:
            time.sleep(0.005)
        if not server.is_alive():
            return
    raise EmbeddedPostgresError(f"PostgreSQL (process {server.pid}) does not stop: see {log}")
