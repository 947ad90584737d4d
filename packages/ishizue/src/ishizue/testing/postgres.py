"""PostgreSQL servers for tests and drills: the embedded one, and the machine's own."""

import asyncio
import os
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from ishizue.postgres.server import EmbeddedPostgres
from ishizue.postgres.setup import account_for

OLDEST_MAJOR = 15


@contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder that any account may enter, unlike pytest's under root."""
    path = Path(tempfile.mkdtemp(prefix="test-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def embedded_server() -> Iterator[str]:
    """The address of an empty embedded server."""
    with folder() as path, EmbeddedPostgres.start(path) as server:
        yield server.dsn


def system_programs() -> Path | None:
    """The folder of the machine's oldest supported PostgreSQL, if it has one."""
    places = (*Path("/usr/lib/postgresql").glob("*/bin/initdb"), shutil.which("initdb"))
    folders = {Path(initdb).resolve().parent for initdb in places if initdb}
    supported = [programs for programs in folders if major_of(programs) >= OLDEST_MAJOR]
    return min(supported, key=major_of, default=None)


def major_of(programs: Path) -> int:
    """The major version of the PostgreSQL in this folder; 0 if it does not say."""
    version = subprocess.run(
        [programs / "initdb", "--version"], capture_output=True, text=True, check=True
    )
    match = re.search(r"(\d+)", version.stdout)
    return int(match[1]) if match else 0


@contextmanager
def system_server(programs: Path) -> Iterator[str]:
    """The address of an empty server of the machine's PostgreSQL."""
    with folder() as path:
        sockets = path / "sockets"
        sockets.mkdir(0o700)
        options = {"listen_addresses": "", "unix_socket_directories": str(sockets)}
        with running(programs, path, options | {"timezone": "Asia/Tokyo"}, "--auth=trust"):
            yield f"postgresql://postgres@/postgres?host={quote(str(sockets))}"


@contextmanager
def running(
    programs: Path,
    path: Path,
    options: Mapping[str, str],
    *initdb: str | Path,
    user: str = "postgres",
) -> Iterator[None]:
    """Run the server of this folder, which its account then owns, during the block.

    Its data is in `data`, made by `initdb` for this user unless it is there.
    """
    data = path / "data"
    account = account_for(data)
    data.mkdir(0o700, exist_ok=True)
    for file in path.iterdir():
        os.chown(file, account.uid, account.gid)

    def run(program: str, *arguments: str | Path) -> None:
        command = [programs / program, "-D", data, *arguments]
        subprocess.run(command, check=True, capture_output=True, **account.process_options())

    if not (data / "PG_VERSION").exists():
        run("initdb", "-U", user, "-E", "UTF8", *initdb)
    with (data / "postgresql.conf").open("a") as settings:
        settings.writelines(f"{name} = '{value}'\n" for name, value in options.items())
    run("pg_ctl", "-w", "-l", data / "log", "start")
    try:
        yield
    finally:
        run("pg_ctl", "-w", "-m", "fast", "stop")


@contextmanager
def fresh_database(server: str, options: str = "") -> Iterator[str]:
    """The address of an empty database on this server."""
    name = f"test_{secrets.token_hex(6)}"
    execute(server, f"CREATE DATABASE {name} {options}")
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def disable_fsync(server: str) -> None:
    """Commit without waiting for the disk: survives a crash of the server, but no power failure."""
    execute(server, "ALTER SYSTEM SET fsync = off")
    execute(server, "SELECT pg_reload_conf()")


def execute(address: str, statement: str) -> None:
    fetch(address, statement)


def fetch(address: str, query: str) -> list[tuple[Any, ...]]:
    async def work() -> list[tuple[Any, ...]]:
        async with connected(address) as connection:
            return [tuple(row) for row in await connection.fetch(query)]

    # In a thread, because this one may have an event loop.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()


def unindexed_foreign_keys(address: str) -> list[str]:
    """Foreign keys that no index begins with: each delete of what they refer to reads the table."""
    rows = fetch(
        address,
        """
        SELECT conrelid::regclass || ' (' || string_agg(attname, ', ' ORDER BY place) || ')'
        FROM pg_constraint, unnest(conkey) WITH ORDINALITY AS key (number, place)
        JOIN pg_attribute ON attnum = number
        WHERE contype = 'f' AND attrelid = conrelid AND NOT EXISTS (
            SELECT FROM pg_index WHERE indrelid = conrelid AND indpred IS NULL
            AND (indkey::int2[])[0:cardinality(conkey) - 1] @> conkey
        )
        GROUP BY pg_constraint.oid, conrelid ORDER BY 1
        """,
    )
    return [name for (name,) in rows]


@asynccontextmanager
async def connected(address: str) -> AsyncIterator[Any]:
    """A connection of asyncpg during the block."""
    connection = await asyncpg.connect(address)
    try:
        yield connection
    finally:
        await connection.close()


def free_port() -> int:
    """A port that is free, below those that the system may give to another process meanwhile."""
    while True:
        port = 10_000 + secrets.randbelow(20_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
