"""PostgreSQL on core 1, and pgbench in place of our server on core 0."""

import asyncio
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from benchmarks.programs import install
from benchmarks.programs.processes import CLIENT_CORE, SERVER_CORE, Client, CoreWatch, Failed
from benchmarks.runs import Run
from kirosample.postgres.server import EmbeddedPostgres

_PATIENCE = 20.0  # seconds beyond the run's own


class Postgres:
    """An embedded PostgreSQL with its usual settings."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn

    def create(self, name: str) -> str:
        """The address of a new database."""
        execute(self._dsn, f"CREATE DATABASE {name}")
        return urlunsplit(urlsplit(self._dsn)._replace(path=f"/{name}"))

    def settings(self) -> dict[str, str]:
        """Its version and settings. Raises Failed if it may lose acknowledged commits."""
        names = ("server_version", "fsync", "synchronous_commit", "wal_sync_method")
        settings = {name: str(execute(self._dsn, f"SHOW {name}")) for name in names}
        if (settings["fsync"], settings["synchronous_commit"]) != ("on", "on"):
            raise Failed(f"PostgreSQL may lose commits: {settings}")
        return settings


@contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder that PostgreSQL's account may enter."""
    with tempfile.TemporaryDirectory(prefix="kirosample-", ignore_cleanup_errors=True) as name:
        path = Path(name)
        path.chmod(0o755)
        yield path


@contextmanager
def running(folder: Path) -> Iterator[Postgres]:
    """An empty server on the cores of this process."""
    with EmbeddedPostgres.start(folder) as server:
        yield Postgres(server.dsn)


def execute(dsn: str, *statements: str) -> object:
    """Execute statements; the single value of the last one, if it has any."""

    async def work() -> object:
        connection = await asyncpg.connect(dsn)
        try:
            for statement in statements:
                found: object = await connection.fetchval(statement)
            return found
        finally:
            await connection.close()

    return asyncio.run(work())


def pgbench(dsn: str, script: Path, seconds: int) -> Run:
    """`pgbench -M prepared -c 20 -j 1` with a script."""
    options = ("-n", "-M", "prepared", "-c", "20", "-j", "1", "-T", str(seconds))
    with Client([install.pgbench(), *options, "-f", script, dsn], SERVER_CORE) as client:
        watch = CoreWatch(CLIENT_CORE)  # PostgreSQL has it to itself
        ended = client.finish(seconds + _PATIENCE)
    rate = re.search(r"^tps = ([\d.]+)", ended.output, re.MULTILINE)
    failed = re.search(r"^number of failed transactions: (\d+)", ended.output, re.MULTILINE)
    if not rate or not failed:
        raise Failed(f"pgbench printed no rate: {ended.output}")
    wrong = (f"{failed[1]} failed transactions",) if int(failed[1]) else ()
    share = ended.cpu_seconds / ended.seconds
    return Run(float(rate[1]), share, watch.share(), 0, wrong)
