"""PostgreSQL on core 1, and pgbench in our server's place on core 0."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from benchmarks import tools
from benchmarks.processes import CLIENT_CORE, SERVER_CORE, Client, CoreWatch, Failed
from benchmarks.runs import Run
from kirosample.embedded_postgres import EmbeddedPostgres

_PATIENCE = 20.0  # seconds beyond the run's own


class Postgres:
    """A server of the embedded PostgreSQL's programs, with the settings it has anywhere."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn

    def database(self, name: str) -> str:
        """The address of a database of this server."""
        return urlunsplit(urlsplit(self._dsn)._replace(path=f"/{name}"))

    def create(self, name: str) -> str:
        execute(self._dsn, f"CREATE DATABASE {name}")
        return self.database(name)

    def settings(self) -> dict[str, str]:
        """What it says of itself. Raises Failed where it may forget what it acknowledged."""
        names = ("server_version", "fsync", "synchronous_commit", "wal_sync_method")
        said = {name: str(value(self._dsn, f"SHOW {name}")) for name in names}
        if (said["fsync"], said["synchronous_commit"]) != ("on", "on"):
            raise Failed(f"PostgreSQL is not safe: {said}")
        return said


@contextmanager
def running(folder: Path) -> Iterator[Postgres]:
    """A server with no data, on the cores of this process."""
    with EmbeddedPostgres.start(folder) as server:
        yield Postgres(server.dsn)


def execute(dsn: str, *statements: str) -> None:
    async def work() -> None:
        connection = await asyncpg.connect(dsn)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(work())


def value(dsn: str, query: str) -> object:
    """The one value that a query answers."""

    async def work() -> object:
        connection = await asyncpg.connect(dsn)
        try:
            found: object = await connection.fetchval(query)
            return found
        finally:
            await connection.close()

    return asyncio.run(work())


def pgbench(dsn: str, script: Path, seconds: int) -> Run:
    """`pgbench -M prepared -c 20 -j 1` with a script."""
    options = ("-n", "-M", "prepared", "-c", "20", "-j", "1", "-T", str(seconds))
    with Client([tools.pgbench(), *options, "-f", script, dsn], SERVER_CORE) as client:
        watch = CoreWatch(CLIENT_CORE)  # which PostgreSQL has to itself
        ended = client.finish(seconds + _PATIENCE)
    rate = re.search(r"^tps = ([\d.]+)", ended.output, re.MULTILINE)
    failed = re.search(r"^number of failed transactions: (\d+)", ended.output, re.MULTILINE)
    if not rate or not failed:
        raise Failed(f"pgbench said nothing: {ended.output}")
    wrong = (f"{failed[1]} failed transactions",) if int(failed[1]) else ()
    share = ended.cpu_seconds / ended.seconds
    return Run(float(rate[1]), share, watch.share(), 0, wrong)
