"""The connections that the design counts on, opened on a PostgreSQL with RDS's reserves."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from infra.app_contract import CONNECTIONS_PER_TASK
from infra.config import (
    CLIENT_CONNECTIONS,
    DATABASE_CONNECTIONS,
    MIGRATION_CONNECTIONS,
    OPERATOR_CONNECTIONS,
    RDS_CONNECTIONS,
    RESERVED_CONNECTIONS,
    Config,
)
from tools.postgres import folder, running, system_programs


@pytest.mark.external
def test_a_deployment_of_the_most_tasks_leaves_the_operator_some() -> None:
    programs = system_programs()
    if programs is None:
        pytest.skip("no PostgreSQL 15 or later on this machine")
    options = {
        "listen_addresses": "",
        "max_connections": str(DATABASE_CONNECTIONS),
        "superuser_reserved_connections": str(RESERVED_CONNECTIONS),
    }
    with folder() as path:
        sockets = path / "sockets"
        sockets.mkdir(0o700)
        options["unix_socket_directories"] = str(sockets)
        with running(programs, path, options, "--auth=trust"):
            opened = asyncio.run(_opened(sockets))
    tasks = 2 * Config().max_tasks * CONNECTIONS_PER_TASK
    assert tasks + MIGRATION_CONNECTIONS + OPERATOR_CONNECTIONS <= opened
    assert opened == CLIENT_CONNECTIONS


async def _opened(sockets: Path) -> int:
    """How many connections a role without rights can open beside RDS's own."""

    def connect(user: str) -> asyncpg.Connection:
        return asyncpg.connect(host=str(sockets), user=user, database="postgres")

    rds = [await connect("kirosample") for _ in range(RDS_CONNECTIONS)]
    await rds[0].execute("CREATE ROLE app LOGIN")
    opened: list[asyncpg.Connection] = []
    try:
        while True:
            opened.append(await connect("app"))
    except asyncpg.TooManyConnectionsError:
        return len(opened)
    finally:
        for connection in (*opened, *rds):
            connection.terminate()
