"""Users fill a database of the old major version; a new one takes it over, in both ways.

By dump and restore, as one moves to a new database, and by `pg_upgrade`, as RDS and Aurora upgrade
in place. Each time everything is compared row for row, and the application serves it.
"""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kirosample.postgres.setup import account_for
from tools.loadtest import workload
from tools.loadtest.http import Response, fetch, request
from tools.loadtest.load import Load
from tools.loadtest.sandbox import ServerProcess
from tools.postgres import execute, folder, major_of, running
from tools.restore.contents import Contents, read
from tools.restore.drill import dump, restore, timed, users, visible

_INITDB = ("--auth=trust", "--locale=C.UTF-8", "--data-checksums")
"""The same of both, as `pg_upgrade` requires; RDS's databases have checksums."""

DATABASE = "upgraded"


@dataclass(slots=True)
class Upgrade:
    """The contents before and after each way, its seconds, and the failures in words."""

    versions: tuple[int, int]
    before: Contents
    after: dict[str, Contents] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


async def drill(
    old: Path, new: Path, *, fill_seconds: float = 5, tamper: Callable[[str], None] | None = None
) -> Upgrade:
    """Upgrade from the PostgreSQL whose programs are in `old` to the one in `new`.

    Tests change each upgraded database with `tamper` before it is compared.
    """
    load = Load()
    with folder() as path:
        source, restored, upgraded = (path / name for name in ("old", "restored", "upgraded"))
        for each in (source, restored, upgraded):
            each.mkdir(0o755)
        file = path / "database.dump"
        with _server(old, source) as dsn:
            execute(dsn, f"CREATE DATABASE {DATABASE}")
            dsn = _named(dsn)
            server = ServerProcess(dsn, path / "server.log")
            try:
                await server.migrate()
                await server.start()
                async with load.running(*users(load, server.port)):
                    await asyncio.sleep(fill_seconds)
                listed = await fetch(server.port, request("GET", workload.LIST))
            finally:
                await server.close()
            result = Upgrade((major_of(old), major_of(new)), await read(dsn))
            with timed(result.seconds, "dump"):  # by the newer program, as PostgreSQL advises
                await asyncio.to_thread(dump, new, dsn, file)
        with _server(new, restored) as dsn:
            execute(dsn, f"CREATE DATABASE {DATABASE}")
            with timed(result.seconds, "restore"):
                await asyncio.to_thread(restore, new, _named(dsn), file)
            await _examine("dump", _named(dsn), load, listed, result, tamper, path)
        with timed(result.seconds, "pg_upgrade"):
            await asyncio.to_thread(_upgrade, old, new, source, upgraded)
        with _server(new, upgraded) as dsn:
            with timed(result.seconds, "analyze"):  # pg_upgrade leaves no statistics behind
                await asyncio.to_thread(execute, _named(dsn), "ANALYZE")
            await _examine("pg_upgrade", _named(dsn), load, listed, result, tamper, path)
    return result


@contextmanager
def _server(programs: Path, path: Path) -> Iterator[str]:
    sockets = path / "sockets"
    sockets.mkdir(0o700, exist_ok=True)
    options = {"listen_addresses": "", "unix_socket_directories": str(sockets)}
    with running(programs, path, options, *_INITDB):
        yield f"postgresql://kirosample@/postgres?host={quote(str(sockets))}"


def _named(dsn: str) -> str:
    return dsn.replace("/postgres?", f"/{DATABASE}?")


def _upgrade(old: Path, new: Path, source: Path, target: Path) -> None:
    """Let a new cluster in `target` take over that in `source`. Raises RuntimeError."""
    data, work = target / "data", target / "work"
    account = account_for(source / "data")
    data.mkdir(0o700)
    work.mkdir(0o700)
    for made in (target, data, work):
        os.chown(made, account.uid, account.gid)
    # pg_upgrade writes into its working directory, which is where its servers' sockets are too.
    options = {**account.process_options(), "cwd": work}
    _run([new / "initdb", "-D", data, "-U", "kirosample", "-E", "UTF8", *_INITDB], options)
    clusters: list[Path | str] = ["-b", old, "-B", new, "-d", source / "data", "-D", data]
    _run([new / "pg_upgrade", *clusters, "-U", "kirosample", "-s", work], options)
    shutil.rmtree(work)


def _run(command: Sequence[Path | str], options: Mapping[str, Any]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name}: {done.stdout}{done.stderr}")


async def _examine(
    way: str,
    dsn: str,
    load: Load,
    listed: Response,
    result: Upgrade,
    tamper: Callable[[str], None] | None,
    path: Path,
) -> None:
    """Compare the database with the old one, and serve it."""
    if tamper:
        await asyncio.to_thread(tamper, dsn)
    result.after[way] = await read(dsn)
    found = result.before.differences(result.after[way])
    found += load.ledger.audit(dsn).failures()
    server = ServerProcess(dsn, path / "server.log")
    try:
        await server.start()
        found += await visible(server.port, load, listed, result.before)
    finally:
        await server.close()
    result.failures += [f"{way}: {failure}" for failure in found]
