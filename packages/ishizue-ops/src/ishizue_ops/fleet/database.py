"""The database in two zones: a primary and its standby, whose data each of them has.

RDS Multi-AZ copies each write to the standby before it is committed; here a commit waits for
PostgreSQL's synchronous standby. When the primary is lost, RDS starts the standby and moves the
endpoint's name to it (RDS user guide, "Failing over a Multi-AZ DB instance"); here the name is a
link to the folder of the primary's Unix socket. For Aurora, whose instances share their storage, a
synchronous standby stands too.
"""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from ishizue.postgres.server import EmbeddedPostgres
from ishizue.postgres.setup import account_for, make_socket_folder
from ishizue.processes import children
from ishizue.testing.postgres import connected
from ishizue_ops.load.sandbox import ServerProcess

_START_SECONDS = 30


class DatabasePair:
    """`dsn` reaches what is the primary now; `endpoint` is the address that tasks connect to."""

    def __init__(self, path: Path, primary: EmbeddedPostgres, standby: "subprocess.Popen[bytes]"):
        self._path = path
        self._processes = [primary.pid, standby.pid]
        self.dsn, self._standby = (_dsn(path / name / "run") for name in ("primary", "standby"))
        self.endpoint = _dsn(path / "endpoint")
        self._point_at("primary")

    async def replicate(self, *, synchronous: bool) -> None:
        """Return once the standby has what the primary has; then commits wait for it, or not."""
        await _wait_until(self._standby, "SELECT pg_is_in_recovery()", True)
        await self._commits_wait_for(self.dsn, "*" if synchronous else "")
        state = "SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming'"
        await _wait_until(self.dsn, state, "sync" if synchronous else "async")

    async def cut_off(self) -> None:
        """Keep from the standby what the primary writes from now on."""
        os.kill(await _value(self.dsn, "SELECT pid FROM pg_stat_replication"), signal.SIGSTOP)

    def lose(self) -> None:
        """Silence the primary, as when its zone is lost: nothing closes its connections."""
        self._signal(self._processes[0], signal.SIGSTOP)

    async def fail_over(self) -> None:
        """Promote the standby, and move the endpoint's name to it."""
        await self._commits_wait_for(self._standby, "")  # RDS makes another standby later
        assert await _value(self._standby, "SELECT pg_promote()")
        self.dsn = self._standby
        self._point_at("standby")

    def kill(self) -> None:
        """End both at once, a silent primary too."""
        for process in self._processes:
            self._signal(process, signal.SIGKILL)

    def _signal(self, process: int, number: signal.Signals) -> None:
        for each in (process, *children(process)):
            with suppress(ProcessLookupError):
                os.kill(each, number)

    async def _commits_wait_for(self, dsn: str, standbys: str) -> None:
        await _value(dsn, f"ALTER SYSTEM SET synchronous_standby_names = '{standbys}'")
        await _value(dsn, "SELECT pg_reload_conf()")

    def _point_at(self, name: str) -> None:
        """Move the endpoint's name in one step: a connection finds the old instance or the new."""
        link = self._path / "next"
        link.symlink_to(self._path / name / "run")
        link.rename(self._path / "endpoint")


@asynccontextmanager
async def database(path: Path, *, synchronous: bool) -> AsyncIterator[DatabasePair]:
    """A migrated database and its standby during the block, in an empty folder."""
    with EmbeddedPostgres.start(path / "primary") as empty:
        await ServerProcess(empty.dsn, path / "migrate.log").migrate()
    _copy(path / "primary", path / "standby")
    with EmbeddedPostgres.start(path / "primary") as primary:
        standby = _start_standby(path / "standby", primary)
        here = DatabasePair(path, primary, standby)
        try:
            await here.replicate(synchronous=synchronous)
            yield here
        finally:
            here.kill()
            standby.wait()


def _copy(data: Path, to: Path) -> None:
    """Copy a file with its owner, which `shutil` does not copy."""
    subprocess.run(["cp", "-a", data, to], check=True)


def _start_standby(path: Path, primary: EmbeddedPostgres) -> "subprocess.Popen[bytes]":
    data = path / "postgresql"
    account = account_for(path / "postgresql")
    (data / "standby.signal").touch()
    make_socket_folder(path / "run", account)
    settings = {
        "listen_addresses": "",
        "io_method": "sync",
        "unix_socket_directories": str(path / "run"),
        "primary_conninfo": primary.dsn,
        "wal_retrieve_retry_interval": "200ms",
    }
    program = Path(f"/proc/{primary.pid}/exe").readlink()
    with (path / "postgres.log").open("ab") as log:
        return subprocess.Popen(
            [program, "-D", data, *(f"--{name}={value}" for name, value in settings.items())],
            stdout=log,
            stderr=log,
            **account.process_options(),
        )


def _dsn(sockets: Path) -> str:
    return f"postgresql://postgres@/postgres?host={sockets}"


async def _value(dsn: str, statement: str) -> Any:
    """The statement's first value."""
    async with connected(dsn) as connection:
        return await connection.fetchval(statement)


async def _wait_until(dsn: str, query: str, value: Any) -> None:
    """Wait until an instance answers the query with this value. Raises TimeoutError."""
    async with asyncio.timeout(_START_SECONDS):
        while True:
            with suppress(Exception):  # it starts
                if await _value(dsn, query) == value:
                    return
            await asyncio.sleep(0.05)
