"""Users fill a database, which is lost; its dump is restored, compared and served."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from uuid import uuid4

from ishizue.postgres.setup import account_for, programs_for
from ishizue.testing.client import Connection, Response, fetch, request
from ishizue.testing.postgres import folder
from ishizue_ops.load.load import Client, Load
from ishizue_ops.load.report import Outcome, outcome
from ishizue_ops.load.sandbox import sandbox
from ishizue_ops.load.workload import workload
from ishizue_ops.programs import run

Contents = Mapping[str, Counter[str]]
"""The lines that `pg_dump` prints of a database's schema and of its data."""

_PARTS = ("schema", "data")
_WRITTEN = 200
"""The users write so many of the workload's items, and never the last one."""


def dump(programs: Path, dsn: str, file: Path) -> None:
    """The operator's backup, in pg_dump's custom format."""
    _run(programs / "pg_dump", "--format=custom", f"--file={file}", f"--dbname={dsn}")


def restore(programs: Path, dsn: str, file: Path) -> None:
    """Restore all or nothing, in place of what exists."""
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    options += ["--clean", "--if-exists"]
    _run(programs / "pg_restore", *options, f"--dbname={dsn}", file)


def _run(program: Path, *arguments: str | Path) -> str:
    return run([program, *arguments], RuntimeError, program.name)


def contents(programs: Path, dsn: str) -> Contents:
    """Read a database, but for owners and privileges, which a restore leaves out."""
    options = ("--no-owner", "--no-privileges", f"--dbname={dsn}")
    lines = {
        part: _run(programs / "pg_dump", f"--{part}-only", *options).splitlines() for part in _PARTS
    }
    # PostgreSQL prints a check that was restored from a dump as `('a'::varchar)::text`, and the
    # original as `'a'::varchar`.
    lines["schema"] = [re.sub(r"::[a-z ]+(\[\])?|[()]", "", line) for line in lines["schema"]]
    # `\restrict` has a random key.
    return {
        part: Counter(line for line in printed if not re.match(r"\\(un)?restrict ", line))
        for part, printed in lines.items()
    }


def differences(before: Contents, after: Contents) -> Iterator[str]:
    """The number of lines of each part that only one of two databases has, with one of them."""
    for part in _PARTS:
        lines = (before[part] - after[part]) + (after[part] - before[part])
        if lines:
            yield f"{lines.total()} lines of the {part} differ, such as {min(lines)}"


async def drill(*, seconds: float = 5, tamper: Callable[[str], None] | None = None) -> Outcome:
    """Fill a database for so long; restore its dump in another one, which is served meanwhile.

    Tests change what was restored with `tamper` before it is compared.
    """
    load = Load()
    with folder() as path:
        file = path / "database.dump"
        programs = programs_for(account_for(path / "data"), path / "runtime")
        async with sandbox() as old:
            async with load.running(*_users(load, old.server.port)):
                await asyncio.sleep(seconds)
            listed = await fetch(old.server.port, request("GET", workload().list))
            before = await asyncio.to_thread(contents, programs, old.postgres.dsn)
            await asyncio.to_thread(dump, programs, old.postgres.dsn, file)
        async with sandbox() as new:
            dsn = new.postgres.dsn
            await asyncio.to_thread(restore, programs, dsn, file)
            if tamper:
                await asyncio.to_thread(tamper, dsn)
            result = outcome("a database restored from its dump", load, dsn, new.servers)
            after = await asyncio.to_thread(contents, programs, dsn)
            result.note(f"{before['data'].total():,} lines of data")
            result.failures += differences(before, after)
            result.failures += await _visible(new.server.port, load, listed)
            return result


def _users(load: Load, port: int) -> list[Client]:
    """Clients that write. Some undo what they wrote, which leaves gaps in the sequences."""
    few = [uuid4() for _ in range(50)]

    async def fickle(connection: Connection) -> None:
        item = random.choice(workload().items[:_WRITTEN])
        user = random.choice(few)
        undoes = (item, user) in load.ids and random.random() < 0.4
        await load.write(connection, item, user, undo=undoes)

    changing = [load.repeat(port, fickle) for _ in range(8)]
    return changing + [load.writer(port) for _ in range(8)]


async def _visible(port: int, load: Load, listed: Response) -> list[str]:
    """What a user would notice of the loss, in words."""
    failures = []
    relisted = await fetch(port, request("GET", workload().list))
    if (relisted.status, relisted.body) != (200, listed.body):
        failures.append("the list is not the one served before the loss")
    item, user = next(pair for pair, least in load.ledger.least.items() if least == 1)
    again = await fetch(port, load.write_request(item, user))
    if again.status != 200:
        failures.append(f"a write from before the loss, sent again, gets {again.status}")
    new = await fetch(port, load.write_request(workload().items[-1], uuid4()))
    if new.status != 201 or workload().written_id(new) <= max(load.ids.values()):
        failures.append(f"a new write gets {new.status}, {new.body.decode()}")
    return failures
