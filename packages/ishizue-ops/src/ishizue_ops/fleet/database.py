"""The database in two zones: a primary and its standby, each with all data.

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
from ishizue.postgres.setup import cluster_in
from ishizue.processes import children
from ishizue.testing.postgres import connected, folder
from ishizue_ops.load.sandbox import ServerProcess


class DatabasePair:
    """`dsn` reaches what is the primary now; `endpoint` is the address that tasks connect to.

    `path` is the folder of both, for logs too.
    """

    def __init__(self, path: Path, primary: EmbeddedPostgres, standby: EmbeddedPostgres) -> None:
        self.path = path
        self._processes = [primary.pid, standby.pid]
        self.dsn = primary.dsn
        self._standby = standby.dsn
        self.endpoint = f"postgresql://postgres@/postgres?host={path / 'endpoint'}"
        self._point_at("primary")

    async def replicate(self, *, synchronous: bool) -> None:
        """Wait until the standby has what the primary has; then commits wait for it, or not."""
        await self._commits_wait_for(self.dsn, "*" if synchronous else "")
        state = "SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming'"
        async with asyncio.timeout(30):
            while await _value(self.dsn, state) != ("sync" if synchronous else "async"):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

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
        link = self.path / "next"
        link.symlink_to(self.path / name / "run")
        link.rename(self.path / "endpoint")


@asynccontextmanager
async def database(*, synchronous: bool) -> AsyncIterator[DatabasePair]:
    """A migrated database and its standby during the block."""
    with folder() as path:
        with EmbeddedPostgres.start(path / "primary") as empty:
            await ServerProcess(empty.dsn, path / "migrate.log").migrate()
        _copy(path / "primary", path / "standby", empty.dsn)
        with (
            EmbeddedPostgres.start(path / "primary") as primary,
            EmbeddedPostgres.start(path / "standby") as standby,
        ):
            here = DatabasePair(path, primary, standby)
            try:
                await here.replicate(synchronous=synchronous)
                yield here
            finally:
                here.kill()


def _copy(primary: Path, standby: Path, dsn: str) -> None:
    """Copy a database that is stopped; the copy follows the one at this address."""
    # `shutil` does not copy the files' owners.
    subprocess.run(["cp", "-a", primary, standby], check=True)
    (cluster_in(standby) / "standby.signal").touch()
    with (cluster_in(standby) / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"primary_conninfo = '{dsn}'\nwal_retrieve_retry_interval = '200ms'\n")


async def _value(dsn: str, statement: str) -> Any:
    """The statement's first value."""
    async with connected(dsn) as connection:
        return await connection.fetchval(statement)
