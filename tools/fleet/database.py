"""The database in two zones: a primary and its standby, each in a host of its own.

- RDS Multi-AZ copies each write to the standby before it is committed; here a commit waits for
  PostgreSQL's synchronous standby. When the primary is lost, RDS starts the standby and moves the
  endpoint's name to it (RDS user guide, "Failing over a Multi-AZ DB instance"). When the standby is
  lost, RDS goes on without it; here `synchronous_standby_names` is emptied.
- The copies travel over a network of AWS's own, which no security group filters.
- Aurora's instances share their storage, for which a synchronous standby stands here: the reader
  that takes over has every committed row.

The endpoint's name is an entry of /etc/hosts, which every host of the fleet reads.
"""

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kirosample.postgres.setup import ENVIRONMENT, USER, account_for, programs_for
from tools.fleet.network import Host
from tools.fleet.network.steps import ip, nft
from tools.fleet.pace import Pace
from tools.loadtest import workload
from tools.postgres import connected

PORT = 5432
NAME = "database.fleet"
"""The endpoint's name."""

_STANDBY = "standby"
_LINK = "copies"
"""The interface between the two, in both hosts."""

_LINK_ADDRESSES = ("169.254.0.1", "169.254.0.2")
_LINK_RULES = f"""
insert rule ip security input iifname {_LINK} accept
insert rule ip security output oifname {_LINK} accept
"""
_START_SECONDS = 30
_SETTINGS = {
    "shared_buffers": "32MB",
    "io_method": "sync",
    "timezone": "UTC",
    "wal_retrieve_retry_interval": "200ms",
    "log_checkpoints": "off",
}


class Instance:
    """One PostgreSQL in its host, on a copy of a cluster that nobody has open."""

    def __init__(self, host: Host, cluster: Path, folder: Path) -> None:
        self.host = host
        self.log = folder / "postgres.log"
        self._account = account_for(cluster)
        self._programs = programs_for(self._account, folder / "runtime")
        self._data, self._sockets = folder / "data", folder / "sockets"
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir()
        shutil.copytree(cluster, self._data)
        self._sockets.mkdir(0o700)
        (self._data / "pg_hba.conf").write_text(  # the security groups decide who gets this far
            "local all all trust\nhost all all all trust\nhost replication all all trust\n"
        )
        self._own(self._sockets, self._data, *self._data.rglob("*"))

    @property
    def dsn(self) -> str:
        """Its address on this machine, whatever happens to its network."""
        return f"postgresql://{USER}@/postgres?host={quote(str(self._sockets))}&port={PORT}"

    def follow(self) -> None:
        """Be a standby of the instance at the other end of the link from the next start on."""
        (self._data / "standby.signal").touch()
        self._own(self._data / "standby.signal")
        with (self._data / "postgresql.conf").open("a") as settings:
            settings.write(
                f"primary_conninfo = 'host={_LINK_ADDRESSES[0]} port={PORT} user={USER} "
                f"application_name={_STANDBY}'\n"
            )

    async def start(self) -> None:
        """Start, and return when it accepts connections."""
        settings = _SETTINGS | {
            "listen_addresses": "*",
            "port": str(PORT),
            "unix_socket_directories": str(self._sockets),
        }
        command = [
            *self._as_account(),
            *(str(self._programs / "postgres"), "-D", str(self._data)),
            *(f"--{name}={value}" for name, value in settings.items()),
        ]
        with self.log.open("ab") as log:
            self._process = await asyncio.to_thread(
                subprocess.Popen,
                self.host.command(command),
                env=ENVIRONMENT,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        async with asyncio.timeout(_START_SECONDS):
            while True:
                try:
                    await self.execute("SELECT 1")
                except Exception as error:
                    if self._process.poll() is not None:
                        text = self.log.read_text(errors="replace")
                        raise RuntimeError(f"PostgreSQL does not start: {text}") from error
                    await asyncio.sleep(0.05)
                else:
                    return

    def _own(self, *paths: Path) -> None:
        if not self._account.is_ours:
            for path in paths:
                os.chown(path, self._account.uid, self._account.gid)

    def _as_account(self) -> list[str]:
        """What runs a command under PostgreSQL's account, once it is on the host."""
        account = self._account
        if account.is_ours:
            return []
        ids = ("--reuid", str(account.uid), "--regid", str(account.gid))
        return ["setpriv", *ids, "--clear-groups", "--"]

    async def execute(self, statement: str) -> Any:
        """The statement's first value."""
        async with connected(self.dsn) as connection:
            return await connection.fetchval(statement)

    async def stop(self, number: int) -> None:
        """Stop it by this signal: SIGQUIT without a checkpoint, SIGKILL like a power failure."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(number)
            await asyncio.to_thread(self._process.wait, 30)


class Database:
    """The primary and its standby; `primary` changes with a failover."""

    def __init__(self, primary: Instance, standby: Instance, hosts: Path) -> None:
        self.primary, self._standby, self._hosts = primary, standby, hosts
        self._move()

    @property
    def dsn(self) -> str:
        """The primary's address on this machine."""
        return self.primary.dsn

    @property
    def endpoint(self) -> str:
        """The address that tasks connect to."""
        return f"postgresql://{USER}@{NAME}:{PORT}/postgres"

    async def start(self, *, synchronous: bool) -> None:
        """Start both, and return when the standby has what the primary has."""
        self._connect()
        self._standby.follow()
        await self.primary.start()
        await self._standby.start()
        names = f"FIRST 1 ({_STANDBY})" if synchronous else ""
        await self._wait_for(names)
        wanted = "sync" if synchronous else "async"
        async with asyncio.timeout(_START_SECONDS):
            while await self._state() != wanted:  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def fail_over(self, seconds: float) -> None:
        """Promote the standby and move the endpoint's name, so long after the primary was lost."""
        await asyncio.sleep(seconds)
        # It has no standby of its own yet; RDS makes one later, in a zone that works.
        await self._standby.execute("ALTER SYSTEM SET synchronous_standby_names = ''")
        await self._standby.execute("SELECT pg_reload_conf()")
        assert await self._standby.execute("SELECT pg_promote()")
        self.primary = self._standby
        self._move()

    async def go_on_alone(self, seconds: float) -> None:
        """Go on without the standby, so long after it was lost."""
        await asyncio.sleep(seconds)
        await self._wait_for("")

    @asynccontextmanager
    async def locked(self) -> AsyncIterator[None]:
        """Hold a lock that blocks every read and write of the workload's table."""
        async with connected(self.dsn) as connection, connection.transaction():
            await connection.execute(f"LOCK TABLE {workload.TABLE} IN ACCESS EXCLUSIVE MODE")
            yield

    async def kill(self, zone: str) -> None:
        """End the instance in this zone as a power failure does."""
        for instance in (self.primary, self._standby):
            if instance.host.zone == zone:
                self.cut_off()
                await instance.stop(signal.SIGKILL)

    async def close(self) -> None:
        for instance in (self.primary, self._standby):
            await instance.stop(signal.SIGKILL)

    def cut_off(self) -> None:
        """The standby no longer gets what the primary writes."""
        ip("cut the database's link", [f"link set {_LINK} down"], self._standby.host.name)

    def _connect(self) -> None:
        one, other = self.primary.host, self._standby.host
        link = f"link add {_LINK} netns {one.name} type veth peer name {_LINK} netns {other.name}"
        ip("link the two databases", [link])
        for host, address in zip((one, other), _LINK_ADDRESSES, strict=True):
            up = [f"address add {address}/30 dev {_LINK}", f"link set {_LINK} up"]
            ip("link the two databases", up, host.name)
            nft("open the databases' link", _LINK_RULES, host.name)

    async def _wait_for(self, standbys: str) -> None:
        await self.primary.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{standbys}'")
        await self.primary.execute("SELECT pg_reload_conf()")

    async def _state(self) -> str | None:
        state: str | None = await self.primary.execute(
            "SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming'"
        )
        return state

    def _move(self) -> None:
        """Point the endpoint's name at the primary, in one write over the entry that is there."""
        entry = f"{self.primary.host.address!s:<15} {NAME}\n".encode()
        with self._hosts.open("r+b") as file:
            text = file.read()
            at = text.find(NAME.encode())
            file.seek(text.rfind(b"\n", 0, at) + 1 if at >= 0 else len(text))
            file.write(entry)


def failover_seconds(kind: str, pace: Pace) -> float:
    """How long AWS documents that a failover of this kind of database takes."""
    return {"rds": pace.rds_failover, "aurora": pace.aurora_failover}[kind]
