"""Users fill a database; it is dumped, lost, restored, compared and served again."""

import asyncio
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from tools.loadtest import workload
from tools.loadtest.http import Connection, Response, fetch, request
from tools.loadtest.load import Client, Load
from tools.loadtest.sandbox import ServerProcess
from tools.postgres import folder, fresh_database, system_server
from tools.restore.contents import Contents, read

_WRITTEN, _NEVER_WRITTEN = workload.ITEMS[:200], workload.ITEMS[-1]


@dataclass(slots=True)
class Drill:
    """The contents before and after, the seconds of each step, and the failures in words."""

    before: Contents
    after: Contents
    dump_bytes: int
    seconds: dict[str, float]
    failures: list[str] = field(default_factory=list)


def dump(programs: Path, dsn: str, file: Path) -> None:
    """The operator's backup, in pg_dump's custom format."""
    _run([str(programs / "pg_dump"), "--format=custom", f"--file={file}", f"--dbname={dsn}"])


def restore(programs: Path, dsn: str, file: Path, *, replacing: bool = False) -> None:
    """Restore all or nothing, into an empty database or `replacing` what exists."""
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    if replacing:
        options += ["--clean", "--if-exists"]
    command = [str(programs / "pg_restore"), *options, f"--dbname={dsn}", str(file)]
    _run(command)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name}: {done.stderr}")


async def drill(
    programs: Path, *, fill_seconds: float = 5, tamper: Callable[[str], None] | None = None
) -> Drill:
    """Run the drill with the PostgreSQL whose programs are in this folder.

    Tests change the restored database with `tamper` before it is compared.
    """
    load, seconds = Load(), dict[str, float]()
    with folder() as path:
        file = path / "database.dump"
        with system_server(programs) as postgres, fresh_database(postgres) as dsn:
            server = ServerProcess(dsn, path / "server.log")
            try:
                await server.migrate()
                await server.start()
                print(f"filling the database for {fill_seconds:g} s", flush=True)
                async with load.running(*users(load, server.port)):
                    await asyncio.sleep(fill_seconds)
                listed = await fetch(server.port, request("GET", workload.LIST))
            finally:
                await server.close()
            before = await read(dsn)
            with timed(seconds, "backup"):
                await asyncio.to_thread(dump, programs, dsn, file)
        # That PostgreSQL has stopped and its data is removed. This is a new one.
        with system_server(programs) as postgres, fresh_database(postgres) as dsn:
            with timed(seconds, "restore"):
                await asyncio.to_thread(restore, programs, dsn, file)
            if tamper:
                await asyncio.to_thread(tamper, dsn)
            result = Drill(before, await read(dsn), file.stat().st_size, seconds)
            result.failures += before.differences(result.after)
            result.failures += load.ledger.audit(dsn).failures()
            server = ServerProcess(dsn, path / "server.log")
            try:
                seconds["start"] = await server.start()
                result.failures += await visible(server.port, load, listed, before)
            finally:
                await server.close()
    return result


def users(load: Load, port: int) -> list[Client]:
    """Clients that write. Some undo what they wrote, which leaves gaps in the sequences."""
    few = [uuid4() for _ in range(50)]

    async def fickle(connection: Connection) -> None:
        item, user = random.choice(_WRITTEN), random.choice(few)
        undoes = (item, user) in load.ids and random.random() < 0.4
        await load.write(connection, item, user, undo=undoes)

    return [
        *(load.repeat(port, fickle) for _ in range(8)),
        *(load.writer(port, _WRITTEN) for _ in range(8)),
    ]


async def visible(port: int, load: Load, listed: Response, before: Contents) -> list[str]:
    """What a user would notice of the loss, in words."""
    failures = []
    relisted = await fetch(port, request("GET", workload.LIST))
    if (relisted.status, relisted.body) != (200, listed.body):
        failures.append("the list is not the one served before the loss")
    item, user = next(
        pair for pair, history in load.ledger.histories.items() if history.bounds()[0] == 1
    )
    again = await fetch(port, load.write_request(item, user))
    if again.status != 200:
        failures.append(f"a write from before the loss, sent again, gets {again.status}")
    new = await fetch(port, load.write_request(_NEVER_WRITTEN, uuid4()))
    last = before.last_number(f"{workload.TABLE}_id_seq")
    if new.status != 201 or workload.written_id(new) <= last:
        failures.append(f"a new write gets {new.status}, {new.body.decode()}")
    return failures


@contextmanager
def timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    print(f"{step}…", flush=True)
    began = time.monotonic()
    yield
    seconds[step] = time.monotonic() - began
