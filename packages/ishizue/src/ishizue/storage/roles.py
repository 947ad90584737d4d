"""The application's own role: logs in and changes rows, and nothing else.

The schema's owner makes it after each migration. The owner need not be a superuser: CREATEROLE is
enough, which is what Amazon RDS gives its master user.
"""

import hmac
import secrets
from base64 import b64encode
from hashlib import pbkdf2_hmac, sha256

import asyncpg

from ishizue.storage.errors import SchemaError
from ishizue.storage.migrations import ADVISORY_LOCK, VERSIONS_TABLE

_ITERATIONS = 4096
"""PostgreSQL's default `scram_iterations`; a generated password needs no more."""

_CLONE = "_clone"
"""The suffix of the other user in AWS Secrets Manager's rotation of alternating users."""

_FOREIGN = """
SELECT concat_ws(', ',
    CASE WHEN rolsuper THEN 'SUPERUSER' END, CASE WHEN rolcreaterole THEN 'CREATEROLE' END,
    CASE WHEN rolcreatedb THEN 'CREATEDB' END, CASE WHEN rolreplication THEN 'REPLICATION' END,
    CASE WHEN rolbypassrls THEN 'BYPASSRLS' END,
    (SELECT 'membership in ' || string_agg(m.roleid::regrole::text, ', ')
        FROM pg_auth_members m WHERE m.member = r.oid),
    (SELECT 'objects of its own' FROM pg_shdepend
        WHERE refclassid = 'pg_authid'::regclass AND refobjid = r.oid AND deptype = 'o' LIMIT 1))
FROM pg_roles r WHERE rolname = $1
"""
"""What a role has beyond login and grants; NULL if there is no such role."""

_OWNED = """
SELECT c.relname, c.relkind = 'S' AS is_sequence
FROM pg_class c WHERE relnamespace = current_schema()::regnamespace
    AND relowner = current_user::regrole AND relkind IN ('r', 'p', 'S')
ORDER BY 1
"""


def alternate(user: str) -> str:
    """The other role of a pair, between which rotation alternates: `app` and `app_clone`."""
    return user.removesuffix(_CLONE) if user.endswith(_CLONE) else f"{user}{_CLONE}"


async def make(connection: asyncpg.Connection, user: str, password: str) -> str:
    """Create the role or bring it up to date, and lock its alternate once nobody uses it.

    Returns what was done, in words. Raises SchemaError for a role that has rights of its own.

    The rights: connect, rows of the owner's tables (of later ones too), their sequences, and
    reading the schema's version. They change in one transaction, so running tasks notice nothing.
    """
    role = _quoted(user)
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", ADVISORY_LOCK)
        foreign = await connection.fetchval(_FOREIGN, user)
        if foreign:
            # It may be somebody's, whose password this would change.
            raise SchemaError(
                f"the role {user} has {foreign}, which an application's role must not have: "
                "name another one or take that away"
            )
        verb = "CREATE" if foreign is None else "ALTER"
        # A verifier instead of the password, which PostgreSQL might log with the statement.
        await connection.execute(
            f"{verb} ROLE {role} LOGIN VALID UNTIL 'infinity' PASSWORD '{scram_verifier(password)}'"
        )
        await connection.execute(await _grants(connection, role))
        other = alternate(user)
        if not await connection.fetchval(
            "SELECT rolcanlogin FROM pg_roles WHERE rolname = $1", other
        ):
            return f"the application's role is {user}"
        used = await connection.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = $1", other
        )
        if used:
            return (
                f"the application's role is {user}; {other} has {used} connections: migrate again "
                "when no task uses it, and it is locked"
            )
        await connection.execute(f"ALTER ROLE {_quoted(other)} NOLOGIN PASSWORD NULL")
        return f"the application's role is {user}; {other} is locked"


async def _grants(connection: asyncpg.Connection, role: str) -> str:
    """The statements that leave the role with its rights in the current schema, and no others."""
    database, schema = map(
        _quoted, await connection.fetchrow("SELECT current_database(), current_schema()")
    )
    owned = await connection.fetch(_OWNED)
    tables = [_quoted(name) for name, is_sequence in owned if not is_sequence]
    sequences = [_quoted(name) for name, is_sequence in owned if is_sequence]
    rows = "SELECT, INSERT, UPDATE, DELETE"
    defaults = f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema}"
    statements = [
        # What PostgreSQL lets everyone do by default, or did before 15.
        f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC",
        f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC",
        f"REVOKE ALL ON DATABASE {database} FROM {role}",
        f"REVOKE ALL ON SCHEMA {schema} FROM {role}",
        f"GRANT CONNECT ON DATABASE {database} TO {role}",
        f"GRANT USAGE ON SCHEMA {schema} TO {role}",
        f"{defaults} GRANT {rows} ON TABLES TO {role}",
        f"{defaults} GRANT USAGE ON SEQUENCES TO {role}",
    ]
    for name in tables:
        statements.append(f"REVOKE ALL ON {name} FROM {role}")
        allowed = "SELECT" if name == _quoted(VERSIONS_TABLE) else rows
        statements.append(f"GRANT {allowed} ON {name} TO {role}")
    for name in sequences:
        statements.append(f"REVOKE ALL ON SEQUENCE {name} FROM {role}")
        statements.append(f"GRANT USAGE ON SEQUENCE {name} TO {role}")
    return ";\n".join(statements)


def scram_verifier(password: str) -> str:
    """What PostgreSQL stores of an ASCII password (RFC 5803; others would need SASLprep)."""
    salt = secrets.token_bytes(16)
    salted = pbkdf2_hmac("sha256", password.encode("ascii"), salt, _ITERATIONS)
    stored = sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    salt64, stored64, server64 = (b64encode(key).decode() for key in (salt, stored, server))
    return f"SCRAM-SHA-256${_ITERATIONS}:{salt64}${stored64}:{server64}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
