"""Users fill a database, which is lost, restored from its dump, compared and served again."""

import asyncio
import random
import subprocess
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import quote
from uuid import uuid4

from ishizue.testing.client import Connection, Response, fetch, request
from ishizue.testing.postgres import execute, folder, running
from ishizue_ops.dumps.contents import Contents, read
from ishizue_ops.load.load import Client, Load
from ishizue_ops.load.sandbox import ServerProcess
from ishizue_ops.load.workload import workload

_INITDB = ("--auth=trust", "--locale=C.UTF-8", "--data-checksums")
"""The options of `initdb` that make a database like RDS's."""

_DATABASE = "drill"
_WRITTEN = 200
"""The users write so many of the workload's items, and never the last one."""


@dataclass(frozen=True, slots=True)
class Drill:
    """The contents before the loss, and what failed afterwards."""

    before: Contents
    failures: list[str]

    def text(self) -> str:
        failures = [f"FAILS: {failure}" for failure in self.failures]
        verdict = "it failed" if failures else "it holds, row for row"
        rows = {part: entries.total() for part, entries in self.before.parts.items()}
        counts = ", ".join(f"{part} {number:,}" for part, number in rows.items())
        return "\n".join([counts, *failures, verdict])


@contextmanager
def _step(name: str) -> Iterator[None]:
    print(f"{name}…", flush=True)
    began = time.monotonic()
    yield
    print(f"  {time.monotonic() - began:.1f} s", flush=True)


def dump(programs: Path, dsn: str, file: Path) -> None:
    """The operator's backup, in pg_dump's custom format."""
    _run(programs / "pg_dump", "--format=custom", f"--file={file}", f"--dbname={dsn}")


def restore(programs: Path, dsn: str, file: Path) -> None:
    """Restore all or nothing, in place of what exists."""
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    options += ["--clean", "--if-exists"]
    _run(programs / "pg_restore", *options, f"--dbname={dsn}", file)


def _run(program: Path, *arguments: str | Path) -> None:
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{program.name}: {done.stdout}{done.stderr}")


async def drill(
    programs: Path,
    *,
    fill_seconds: float = 5,
    tamper: Callable[[str], None] | None = None,
) -> Drill:
    """Fill a database of the PostgreSQL in `programs`; restore its dump in another of them.

    Tests change what was restored with `tamper` before it is compared.
    """
    load = Load()
    with folder() as path:
        source = path / "old"
        restored = path / "restored"
        file = path / "database.dump"
        log = path / "server.log"
        with _database(programs, source) as dsn:
            await ServerProcess(dsn, log).migrate()
            async with _serving(dsn, log) as port:
                with _step("fill"):
                    async with load.running(*_users(load, port)):
                        await asyncio.sleep(fill_seconds)
                listed = await fetch(port, request("GET", workload().list))
            before = await read(dsn)
            with _step("dump"):
                await asyncio.to_thread(dump, programs, dsn, file)

        # The old server has stopped. This is a new one.
        with _database(programs, restored) as dsn:
            with _step("restore"):
                await asyncio.to_thread(restore, programs, dsn, file)
            if tamper:
                await asyncio.to_thread(tamper, dsn)
            failures = before.differences(await read(dsn)) + load.ledger.audit(dsn).failures()
            async with _serving(dsn, log) as port:
                failures += await _visible(port, load, listed, before)
    return Drill(before, failures)


@contextmanager
def _database(programs: Path, path: Path) -> Iterator[str]:
    """Run a new server in this folder, which it makes, with an empty database."""
    sockets = path / "sockets"
    path.mkdir(0o755)
    sockets.mkdir(0o700)
    options = {"listen_addresses": "", "unix_socket_directories": str(sockets)}
    with running(programs, path, options, *_INITDB):
        address = f"postgresql://postgres@/{{}}?host={quote(str(sockets))}"
        execute(address.format("postgres"), f"CREATE DATABASE {_DATABASE}")
        yield address.format(_DATABASE)


@asynccontextmanager
async def _serving(dsn: str, log: Path) -> AsyncIterator[int]:
    """The port of a server on this database."""
    server = ServerProcess(dsn, log)
    try:
        await server.start()
        yield server.port
    finally:
        await server.close()


def _users(load: Load, port: int) -> list[Client]:
    """Clients that write. Some undo what they wrote, which leaves gaps in the sequences."""
    few = [uuid4() for _ in range(50)]

    async def fickle(connection: Connection) -> None:
        item = random.choice(workload().items[:_WRITTEN])
        user = random.choice(few)
        undoes = (item, user) in load.ids and random.random() < 0.4
        await load.write(connection, item, user, undo=undoes)

    return [
        *(load.repeat(port, fickle) for _ in range(8)),
        *(load.writer(port, workload().items[:_WRITTEN]) for _ in range(8)),
    ]


async def _visible(port: int, load: Load, listed: Response, before: Contents) -> list[str]:
    """What a user would notice of the loss, in words."""
    failures = []
    relisted = await fetch(port, request("GET", workload().list))
    if (relisted.status, relisted.body) != (200, listed.body):
        failures.append("the list is not the one served before the loss")
    histories = load.ledger.histories.items()
    item, user = next(pair for pair, history in histories if history.bounds()[0] == 1)
    again = await fetch(port, load.write_request(item, user))
    if again.status != 200:
        failures.append(f"a write from before the loss, sent again, gets {again.status}")
    new = await fetch(port, load.write_request(workload().items[-1], uuid4()))
    last = dict(cast("Counter[tuple[str, int]]", before.parts["sequences"]).keys())
    if new.status != 201 or workload().written_id(new) <= last[f"{workload().table}_id_seq"]:
        failures.append(f"a new write gets {new.status}, {new.body.decode()}")
    return failures
