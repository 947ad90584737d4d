"""`kirosample migrate` as the schema's owner, the servers as the role that it makes, over TLS.

The owner is no superuser, like Amazon RDS's master user.
"""

import asyncio
import secrets
from collections.abc import Mapping
from urllib.parse import quote

import asyncpg
import pytest

from tests.processes import fails, kirosample, server
from tools.tls_postgres import PASSWORD, TlsPostgres
from tools.workload import WORKLOAD

pytestmark = pytest.mark.external

MASTER = "master"
APP = "kirosample_app"
READS = [
    WORKLOAD.list,
    WORKLOAD.list_page,
    WORKLOAD.page,
    "/api/favorites/mine",
    "/api/favorites/stats",
]


class Rds:
    """A database as RDS makes it, and the two secrets."""

    def __init__(self, postgres: TlsPostgres) -> None:
        self.name = f"db_{secrets.token_hex(4)}"
        self._postgres = postgres
        self.master = {"username": f"{MASTER}_{self.name}", "password": "of the master"}
        self.app = {"username": f"{APP}_{self.name}", "password": "first"}

    def address(self, secret: Mapping[str, str], database: str | None = None) -> str:
        user, password = (quote(secret[key], safe="") for key in ("username", "password"))
        at = f"localhost:{self._postgres.port}/{database or self.name}"
        return f"postgresql://{user}:{password}@{at}?sslmode=require"

    async def administer(self, statement: str) -> None:
        """Run a statement as a superuser, as RDS itself does."""
        admin = {"username": "kirosample", "password": PASSWORD}
        connection = await asyncpg.connect(self.address(admin, "postgres"))
        await connection.execute(statement)
        await connection.close()

    async def create(self) -> None:
        name = self.master["username"]
        login = f"LOGIN PASSWORD '{self.master['password']}'"
        await self.administer(f"CREATE ROLE {name} CREATEROLE CREATEDB {login}")
        await self.administer(f"CREATE DATABASE {self.name} OWNER {name}")

    def task(self) -> dict[str, str]:
        parts = {"NAME": self.name, "USER": self.app["username"], "PASSWORD": self.app["password"]}
        own = self._postgres.settings(**parts) | self._postgres.trusted()
        return {**own, **WORKLOAD.settings}

    def migration(self) -> dict[str, str]:
        return self.task() | {
            "KIROSAMPLE_MIGRATION_DB_USER": self.master["username"],
            "KIROSAMPLE_MIGRATION_DB_PASSWORD": self.master["password"],
        }


@pytest.fixture
def rds(postgres: TlsPostgres) -> Rds:
    made = Rds(postgres)
    asyncio.run(made.create())
    return made


def succeeds(*command: str, **settings: str) -> str:
    done = kirosample(*command, **settings)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


def test_the_application_does_its_work_as_its_role(rds: Rds) -> None:
    role = rds.app["username"]
    made = succeeds("migrate", **rds.migration())
    assert made.startswith("applied: 1")
    assert made.endswith(f"; the application's role is {role}")
    with server("serve", **rds.task()) as running:
        running.wait_for("/readyz")
        first, second = (
            running.client.post(WORKLOAD.writes, json=WORKLOAD.content(item)).json()["id"]
            for item in WORKLOAD.items[:2]
        )
        for path in READS:
            assert running.client.get(path).status_code == 200
        assert running.client.delete(f"{WORKLOAD.writes}/{second}").status_code == 204
    # The operations page runs this in the task that migrates, with that task's settings.
    removed = succeeds(WORKLOAD.table, "remove", str(first), **rds.migration())
    assert removed.endswith(f" {first}")


def test_an_owner_that_may_not_make_roles_is_one_line(rds: Rds) -> None:
    asyncio.run(rds.administer(f"ALTER ROLE {rds.master['username']} NOCREATEROLE"))
    assert "permission denied to create role" in fails(1, "migrate", **rds.migration())


def test_a_server_refuses_the_owner_s_password(rds: Rds) -> None:
    for command in ("serve", "run"):
        assert f"leave them out for `kirosample {command}`" in fails(2, command, **rds.migration())
