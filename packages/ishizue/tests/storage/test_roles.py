"""The application's role, made by an owner who is no superuser, like Amazon RDS's master user.

PostgreSQL 16 changed what CREATEROLE allows; these servers are older and newer than that.
"""

import secrets
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from tests.storage.notes import MIGRATIONS

from ishizue.storage import roles
from ishizue.storage.errors import SchemaError
from ishizue.testing.postgres import connected, execute, fetch, fresh_database
from ishizue.testing.wire import until

PASSWORD = "of the application"
PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


class Owned:
    """A database whose owner is no superuser, and the name of the application's role."""

    def __init__(self, address: str, owner: str) -> None:
        self.address = address
        self.owner = owner
        self.user = f"{owner}_app"

    def connected(self, role: str | None = None) -> AbstractAsyncContextManager[Any]:
        """A connection of this role, by default the owner."""
        parts = urlsplit(self.address)
        return connected(urlunsplit(parts._replace(netloc=f"{role or self.owner}@")))

    async def make(self, user: str | None = None) -> str:
        """Migrate, and make the role; what was done."""
        async with self.connected() as connection:
            await MIGRATIONS.apply(connection)
            return await roles.make(connection, user or self.user, PASSWORD)

    async def refused(self, statement: str) -> None:
        async with self.connected(self.user) as connection:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)

    def verifier(self, role: str) -> str:
        [[verifier]] = fetch(
            self.address, f"SELECT rolpassword FROM pg_authid WHERE rolname = '{role}'"
        )
        return str(verifier)


@pytest.fixture(params=["embedded", pytest.param("system", marks=pytest.mark.external)])
def owned(request: pytest.FixtureRequest) -> Iterator[Owned]:
    server = request.getfixturevalue(f"{request.param}_postgres")
    owner = f"owner_{secrets.token_hex(4)}"
    execute(server, f"CREATE ROLE {owner} LOGIN NOSUPERUSER CREATEDB CREATEROLE")
    try:
        with fresh_database(server, f"OWNER {owner}") as address:
            yield Owned(address, owner)
    finally:
        for [role] in fetch(
            server, f"SELECT rolname FROM pg_roles WHERE rolname LIKE '{owner}%' ORDER BY 1 DESC"
        ):
            execute(server, f"DROP ROLE {role}")


def privileges(owned: Owned) -> dict[str, set[str]]:
    """What the role may do with each table."""
    rights = {}
    tables = fetch(owned.address, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for [table] in tables:
        may = (f"has_table_privilege('{owned.user}', '{table}', '{each}')" for each in PRIVILEGES)
        [has] = fetch(owned.address, f"SELECT {', '.join(may)}")
        rights[str(table)] = {each for each, does in zip(PRIVILEGES, has, strict=True) if does}
    return rights


ROWS = {"SELECT", "INSERT", "UPDATE", "DELETE"}


async def test_it_changes_rows_and_reads_the_version_and_nothing_else(owned: Owned) -> None:
    await owned.make()
    assert privileges(owned) == {"notes": ROWS, "schema_versions": {"SELECT"}}
    for statement in (
        "CREATE TABLE more (id INTEGER)",
        "CREATE TEMPORARY TABLE more (id INTEGER)",
        "CREATE SCHEMA more",
        "ALTER TABLE notes ADD more INTEGER",
        "DROP INDEX notes_by_text",
        "TRUNCATE notes",
        "INSERT INTO schema_versions VALUES (9)",
        "CREATE ROLE more",
        f"SET ROLE {owned.owner}",
        "SELECT pg_read_file('/etc/passwd')",
    ):
        await owned.refused(statement)


async def test_tables_of_migrations_without_it_are_covered(owned: Owned) -> None:
    """An older release migrates as the owner alone; a dump's restore drops them, too."""
    await owned.make()
    async with owned.connected() as connection:
        await connection.execute("CREATE TABLE later (id SERIAL PRIMARY KEY, text TEXT)")
        await connection.execute("DROP TABLE notes; CREATE TABLE notes (id INTEGER)")
    async with owned.connected(owned.user) as connection:
        await connection.execute("INSERT INTO later (text) VALUES ('x')")
    assert privileges(owned)["later"] == privileges(owned)["notes"] == ROWS


async def test_postgresql_never_gets_the_password(owned: Owned) -> None:
    """Its log may contain every statement."""
    sent: list[str] = []
    async with owned.connected() as connection:
        await MIGRATIONS.apply(connection)
        connection.add_query_logger(lambda query: sent.append(f"{query.query} {query.args}"))
        await roles.make(connection, owned.user, PASSWORD)
    assert any("ROLE" in statement for statement in sent)
    assert not any(PASSWORD in statement for statement in sent)
    assert owned.verifier(owned.user).startswith("SCRAM-SHA-256$4096:")


async def test_further_grants_are_taken_away(owned: Owned) -> None:
    await owned.make()
    async with owned.connected() as connection:
        await connection.execute(
            f"GRANT ALL ON notes, schema_versions TO {owned.user};"
            f"GRANT UPDATE (version) ON schema_versions TO {owned.user};"
            f"GRANT CREATE ON SCHEMA public TO {owned.user};"
            f"GRANT CREATE, TEMPORARY ON DATABASE {urlsplit(owned.address).path[1:]}"
            f" TO {owned.user};"
            f"ALTER ROLE {owned.user} NOLOGIN VALID UNTIL '2020-01-01'"
        )
    await owned.make()
    assert privileges(owned) == {"notes": ROWS, "schema_versions": {"SELECT"}}
    await owned.refused("UPDATE schema_versions SET version = 9")
    await owned.refused("CREATE TABLE more (id INTEGER)")
    await owned.refused("CREATE SCHEMA more")
    [valid] = fetch(
        owned.address,
        f"SELECT rolvaliduntil = 'infinity' FROM pg_roles WHERE rolname = '{owned.user}'",
    )
    assert valid == (True,)


FOREIGN = {
    "CREATEROLE, CREATEDB": ("ALTER ROLE {} CREATEDB CREATEROLE", "NOCREATEDB NOCREATEROLE"),
    "SUPERUSER": ("ALTER ROLE {} SUPERUSER", "NOSUPERUSER"),
    "REPLICATION, BYPASSRLS": ("ALTER ROLE {} REPLICATION BYPASSRLS", "NOREPLICATION NOBYPASSRLS"),
    "membership in pg_read_all_data": ("GRANT pg_read_all_data TO {}", None),
    "membership in pg_read_all_data, objects of its own": ("ALTER TABLE notes OWNER TO {}", None),
}
"""What is found of it: the statement that gives it, and the attributes that take it away."""


async def test_a_role_with_rights_of_its_own_is_refused_and_left_alone(owned: Owned) -> None:
    await owned.make()
    before = owned.verifier(owned.user)
    for named, (statement, back) in FOREIGN.items():
        execute(owned.address, statement.format(owned.user))
        with pytest.raises(SchemaError, match=f"{owned.user} has {named}, which"):
            await owned.make()
        if back:
            execute(owned.address, f"ALTER ROLE {owned.user} {back}")
    assert owned.verifier(owned.user) == before


async def test_two_roles_alternate_and_the_unused_one_is_locked(owned: Owned) -> None:
    clone = f"{owned.user}_clone"
    await owned.make()
    async with owned.connected(owned.user):
        made = await owned.make(clone)
        assert made.startswith(f"the application's role is {clone}; {owned.user} has 1 connections")
        async with owned.connected(owned.user), owned.connected(clone):
            pass  # old and new tasks side by side
    used = f"SELECT 1 FROM pg_stat_activity WHERE usename = '{owned.user}'"
    until(lambda: not fetch(owned.address, used))  # a closed connection's process ends a bit later
    assert (await owned.make(clone)).endswith(f"{owned.user} is locked")
    with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError, match="not permitted"):
        async with owned.connected(owned.user):
            pass
    assert (await owned.make(clone)).endswith(clone)
    assert (await owned.make()).endswith(f"{clone} is locked")
    async with owned.connected(owned.user) as connection:
        await connection.execute("INSERT INTO notes VALUES ('x')")
