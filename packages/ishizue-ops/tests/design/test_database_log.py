"""The log that RDS exports, with the template's parameters on a real server."""

from uuid import uuid4

import asyncpg
import pytest

from ishizue.testing.postgres import connected, folder, running, system_programs
from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.reading import only

SECRET = str(uuid4())
"""A value that must not be in the log, such as a visitor's."""


@pytest.mark.external
async def test_it_has_slow_statements_and_lock_waits_but_no_values(designs: Designs) -> None:
    programs = system_programs()
    if programs is None:
        pytest.skip("no PostgreSQL on this machine")
    group = only(designs("rds"), "AWS::RDS::DBParameterGroup").properties["Parameters"]
    options = {name: value for name, value in group.items() if name.startswith("log_")}
    with folder() as path:
        sockets = path / "sockets"
        sockets.mkdir(0o700)
        options |= {"listen_addresses": "", "unix_socket_directories": str(sockets)}
        with running(programs, path, options, "--auth=trust"):
            await _slow_failing_and_waiting(f"postgresql://postgres@/postgres?host={sockets}")
            log = (path / "data" / "log").read_text("utf-8")
    assert "pg_sleep" in log
    assert "still waiting for" in log
    assert "duplicate key" in log
    assert "SELECT 'quick'" not in log
    assert SECRET not in log


async def _slow_failing_and_waiting(dsn: str) -> None:
    async with connected(dsn) as first, connected(dsn) as second:
        await first.execute("CREATE TABLE notes (visitor text PRIMARY KEY)")
        await first.execute("SELECT 'quick'")
        await first.fetch("SELECT pg_sleep(0.6), $1::text", SECRET)
        await first.execute("INSERT INTO notes VALUES ($1)", SECRET)
        with pytest.raises(asyncpg.UniqueViolationError, match=r"already exists"):
            await first.execute("INSERT INTO notes VALUES ($1)", SECRET)
        async with first.transaction():
            await first.execute("LOCK TABLE notes")
            with pytest.raises(asyncpg.QueryCanceledError):
                await second.execute("SET statement_timeout = '1500ms'; SELECT count(*) FROM notes")
