"""The database in two zones: a primary and its standby, each on a host of its own.

RDS Multi-AZ copies each write to the standby before it is committed; here a commit waits for
PostgreSQL's synchronous standby. When the primary is lost, RDS starts the standby and moves the
endpoint's name to it (RDS user guide, "Failing over a Multi-AZ DB instance"). The copies do not
travel through the VPC; here they take the primary's Unix socket. For Aurora, whose instances share
their storage, a synchronous standby stands too.
"""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ishizue.postgres.server import EmbeddedPostgres
from ishizue.testing.postgres import connected, fetch
from ishizue.testing.processes import children
from ishizue_ops.fleet.network import Host
from ishizue_ops.load.sandbox import ServerProcess

_HOSTS = Path("/etc/hosts")
_NAME = "database.fleet"
"""The endpoint's name: an entry of /etc/hosts, which every host reads."""

_START_SECONDS = 30
_SETTINGS = {"listen_addresses": "*", "io_method": "sync", "wal_retrieve_retry_interval": "200ms"}
_ACCESS = "local all all trust\nhost all all all trust\nlocal replication all trust\n"
"""The security groups decide who gets as far as PostgreSQL."""


class Cluster:
    """A migrated cluster that nobody has open, and the program that serves it."""

    def __init__(self, path: Path) -> None:
        with EmbeddedPostgres.start(path) as postgres:
            asyncio.run(ServerProcess(postgres.dsn, path / "migrate.log").migrate())
            self.program = Path(f"/proc/{postgres.pid}/exe").readlink()
            [(data, self.user)] = fetch(
                postgres.dsn, "SELECT current_setting('data_directory'), current_user"
            )
        self.data = Path(data)
        (self.data / "pg_hba.conf").write_text(_ACCESS)


class Instance:
    """One PostgreSQL on a host, on a copy of the cluster."""

    def __init__(self, host: Host, cluster: Cluster, folder: Path) -> None:
        self.host, self._program = host, cluster.program
        self._data = folder / host.name
        subprocess.run(["cp", "-a", cluster.data, self._data], check=True)
        self._process: asyncio.subprocess.Process | None = None
        self.dsn = f"postgresql://{cluster.user}@/postgres?host={quote(str(self._data))}"
        """Its address on this machine, whatever happens to its network."""

    async def start(self, primary: "Instance | None" = None) -> None:
        """Start, as a standby of the primary if there is one; return when it answers."""
        settings = _SETTINGS | {"unix_socket_directories": str(self._data)}
        if primary:
            (self._data / "standby.signal").touch()
            settings["primary_conninfo"] = primary.dsn
        owner = self._data.stat()
        account = ("--reuid", str(owner.st_uid), "--regid", str(owner.st_gid), "--clear-groups")
        command = [
            *(("setpriv", *account) if os.geteuid() == 0 else ()),
            *(str(self._program), "-D", str(self._data)),
            *(f"--{name}={value}" for name, value in settings.items()),
        ]
        self._process = await asyncio.create_subprocess_exec(
            *self.host.command(command),
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        await self.wait_until("SELECT 1", 1)

    async def execute(self, statement: str) -> Any:
        """The statement's first value."""
        async with connected(self.dsn) as connection:
            return await connection.fetchval(statement)

    async def wait_until(self, query: str, value: Any) -> None:
        """Until it answers the query with this value. Raises TimeoutError."""
        async with asyncio.timeout(_START_SECONDS):
            while True:
                with suppress(Exception):  # it starts
                    if await self.execute(query) == value:
                        return
                await asyncio.sleep(0.05)

    async def wait_for(self, standbys: str) -> None:
        """Let commits wait for these standbys from now on."""
        await self.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{standbys}'")
        await self.execute("SELECT pg_reload_conf()")

    async def kill(self) -> None:
        """End it as a power failure does."""
        if self._process and self._process.returncode is None:
            for each in (self._process.pid, *children(self._process.pid)):
                with suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)
            await self._process.wait()


class Database:
    """The primary and its standby; `primary` changes with a failover."""

    def __init__(self, primary: Instance, standby: Instance) -> None:
        self.primary, self._standby = primary, standby
        self.endpoint = primary.dsn.partition("@")[0] + f"@{_NAME}:5432/postgres"
        """The address that tasks connect to."""
        self._move()

    async def start(self, *, synchronous: bool) -> None:
        """Start both, and return when the standby has what the primary has."""
        await self.primary.start()
        await self._standby.start(self.primary)
        await self.primary.wait_for("*" if synchronous else "")
        state = "SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming'"
        await self.primary.wait_until(state, "sync" if synchronous else "async")

    async def cut_off(self) -> None:
        """The standby no longer gets what the primary writes."""
        sender = await self.primary.execute("SELECT pid FROM pg_stat_replication")
        os.kill(sender, signal.SIGSTOP)

    async def fail_over(self, seconds: float) -> None:
        """Promote the standby and move the endpoint's name, so long after the primary was lost."""
        await asyncio.sleep(seconds)
        await self._standby.wait_for("")  # RDS makes another standby later
        assert await self._standby.execute("SELECT pg_promote()")
        self.primary = self._standby
        self._move()

    def _move(self) -> None:
        """Point the endpoint's name at the primary, in one write of always the same length."""
        with _HOSTS.open("r+b") as file:
            file.write(f"127.0.0.1 localhost\n{self.primary.host.address!s:<15} {_NAME}\n".encode())


@asynccontextmanager
async def database(
    hosts: Sequence[Host], cluster: Cluster, folder: Path, *, synchronous: bool
) -> AsyncIterator[Database]:
    """The database during the block, its primary on the first host."""
    primary, standby = (Instance(host, cluster, folder) for host in hosts)
    try:
        here = Database(primary, standby)
        await here.start(synchronous=synchronous)
        yield here
    finally:
        await primary.kill()
        await standby.kill()
