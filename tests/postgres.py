"""PostgreSQL servers for tests: the embedded one, and the machine's own where it has one."""

import asyncio
import contextlib
import os
import re
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg
import pytest

from kirosample.embedded_postgres import EmbeddedPostgres
from kirosample.postgres_setup import account_for

OLDEST_MAJOR = 15


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that any account may enter, which pytest's own, as root, is not."""
    path = Path(tempfile.mkdtemp(prefix="kirosample-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def mounted(options: str) -> Iterator[Path]:
    """A file system of its own, made by root or with sudo; else the test is skipped."""
    as_root = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    if as_root and not shutil.which("sudo"):
        pytest.skip("no file system can be mounted here: neither root nor sudo")
    options += f",uid={os.geteuid()},gid={os.getegid()}"
    with folder() as path:
        made = subprocess.run(
            [*as_root, "mount", "-t", "tmpfs", "-o", options, "tmpfs", path],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            pytest.skip(f"no file system can be mounted here: {made.stderr.strip()}")
        try:
            yield path
        finally:
            subprocess.run([*as_root, "umount", path], check=True)


def fill(file_system: Path) -> Path:
    """Write a file until the disk is full; answers the file."""
    filler = file_system / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    return filler


@contextmanager
def embedded_server() -> Iterator[str]:
    """The address of a running embedded server with no data."""
    with folder() as path, EmbeddedPostgres.start(path) as server:
        yield server.dsn


def system_programs() -> Path | None:
    """The folder of the machine's oldest PostgreSQL that we support, if it has one."""
    found: dict[int, Path] = {}
    for initdb in (*Path("/usr/lib/postgresql").glob("*/bin/initdb"), shutil.which("initdb")):
        if initdb:
            said = subprocess.run([initdb, "--version"], capture_output=True, text=True, check=True)
            match = re.search(r"(\d+)", said.stdout)
            found[int(match[1]) if match else 0] = Path(initdb).resolve().parent
    return next((found[major] for major in sorted(found) if major >= OLDEST_MAJOR), None)


@contextmanager
def system_server(programs: Path) -> Iterator[str]:
    """The address of a running server of the machine's own PostgreSQL, with no data."""
    with folder() as path:
        data, sockets = path / "data", path / "sockets"
        account = account_for(data)
        for made in (data, sockets):
            made.mkdir(0o700)
            os.chown(made, account.uid, account.gid)
        initdb = [str(programs / "initdb"), "-D", str(data), "-U", "kirosample"]
        subprocess.run(
            [*initdb, "--auth=trust", "-E", "UTF8"],
            check=True,
            capture_output=True,
            **account.process_options(),
        )
        options = ("-c", "listen_addresses=", "-k", str(sockets), "-c", "timezone=Asia/Tokyo")
        with (path / "log").open("wb") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, *options],
                stdout=log,
                stderr=log,
                **account.process_options(),
            )
        try:
            address = f"postgresql://kirosample@/postgres?host={quote(str(sockets))}"
            _wait_for(address)
            yield address
        finally:
            server.terminate()
            server.wait(30)


@contextmanager
def fresh_database(server: str, options: str = "") -> Iterator[str]:
    """The address of an empty database on the server at this address."""
    name = f"test_{secrets.token_hex(6)}"
    execute(server, f"CREATE DATABASE {name} {options}")
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def execute(address: str, statement: str) -> None:
    """Run a statement that answers nothing."""
    fetch(address, statement)


def fetch(address: str, query: str) -> list[tuple[object, ...]]:
    """The rows that a query answers."""

    async def work() -> list[tuple[object, ...]]:
        connection = await asyncpg.connect(address)
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    # In a thread: the browser tests' own one has an event loop already.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            execute(address, "SELECT 1")
        except (OSError, asyncpg.PostgresError):
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"no PostgreSQL at {address}")
