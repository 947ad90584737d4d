"""The database's connections: opened as soon as it answers, and again after an outage."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Self

import asyncpg

from ishizue.limits import (
    CONNECT_SECONDS,
    MIGRATION_SECONDS,
    OPENING_RETRY_SECONDS,
    OPENING_SECONDS,
    POOL_CONNECTIONS,
    QUIET_CHECK_SECONDS,
    READINESS_DEADLINE_SECONDS,
    RECOVERY_SECONDS,
    SCHEMA_SECONDS,
    STATEMENT_GRACE_SECONDS,
    STATEMENT_SECONDS,
)
from ishizue.storage.database_url import host_of
from ishizue.storage.errors import UNAVAILABLE_ERRORS, SchemaError, Unavailable, describe
from ishizue.storage.migrations import Migrations
from ishizue.storage.outage import Outage

log = logging.getLogger(__name__)

_WRITABLE_SECONDS = 5
"""How long a successful write check counts."""

_CLOSING_SECONDS = 1
"""How long a refused TLS connection may take to close. uvloop's loop cannot be closed before."""

_SESSION = {
    "statement_timeout": str(int(STATEMENT_SECONDS * 1000)),
    "timezone": "UTC",
    "jit": "off",  # compiling takes longer than any statement here
}

# Fails on a full disk and changes nothing. An update may fit into an existing page, so this takes
# new space: a temporary file of 0.4 MB (3.4 ms of the server's time, no WAL).
_NEEDS_DISK = "SET LOCAL work_mem = '64kB'; SELECT count(*) FROM generate_series(1, 30000)"


@dataclass(frozen=True, slots=True)
class Schema:
    """What a product stores: its tables, and how they are used."""

    name: str
    """What the database serves, in the log's words: `cannot serve NAME`."""

    migrations: Migrations

    write_check: str
    """SQL without effect that fails when the product cannot write: read-only, locked tables."""

    session: Mapping[str, str] = field(default_factory=dict)
    """Session parameters of every connection."""

    writer_session: Mapping[str, str] = field(default_factory=dict)
    """Further session parameters of the connection that writes."""


class Database:
    """A few connections that outlive the database's absence.

    They are asyncpg's, its pool is not: returning a connection to it starts a task, a quarter of
    the cost of a list's statement (docs/decisions/0004-coalescing.md). No statement leaves state
    in a session that would have to be reset.

    With `migrating`, the schema is migrated as soon as the database answers. Without, an older
    schema is left alone and the database is not ready.

    Connections, readiness and outages are one class: what one of them meets decides the others.

    The log says when an outage begins, why, and when it ends; until then readiness is checked
    every half second. Without requests an outage is noticed too, by a check every 20 s.
    """

    def __init__(
        self, connect_arguments: dict[str, Any], schema: Schema, *, migrating: bool
    ) -> None:
        self._arguments = connect_arguments
        self._migrations = schema.migrations
        _ = self._migrations.scripts  # a gap in their numbers stops the start
        self._write_check = f"{schema.write_check}; {_NEEDS_DISK}"
        self._session = {**_SESSION, **schema.session}
        self._writer_session = {**self._session, **schema.writer_session}
        self._host = host_of(connect_arguments["dsn"])
        self._migrating = migrating
        self._opened = False
        self._places = asyncio.Semaphore(POOL_CONNECTIONS)
        self._in_use: set[asyncpg.Connection] = set()
        self._idle: list[asyncpg.Connection] = []
        self._opening: asyncio.Task[None] | None = None
        self._writer: asyncpg.Connection | None = None
        self._reason = "the database has not answered yet"
        self._outage = Outage(schema.name)
        self._watching: asyncio.Task[None] | None = None
        self._guarding: asyncio.Task[None] | None = None
        self._checking: asyncio.Task[str | None] | None = None
        self._written = float("-inf")  # when the database last accepted writes
        self._write_failed = float("-inf")
        self._write_failure = ""
        self._refused = float("-inf")  # when connecting last failed

    async def __aenter__(self) -> Self:
        self._opening = asyncio.create_task(self._open())
        self._guarding = asyncio.create_task(self._guard())
        return self

    async def __aexit__(self, *exception: object) -> None:
        self._reason = "the service is stopping"
        self._opened = False
        for task in (self._opening, self._guarding, self._watching, self._checking):
            if task:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        self._disconnect_writer()
        for connection in (*self._idle, *self._in_use):
            connection.terminate()
        self._idle.clear()
        await asyncio.sleep(max(0, self._refused + _CLOSING_SECONDS - time.monotonic()))

    @property
    def in_use(self) -> int:
        """The connections that are reading now."""
        return len(self._in_use)

    @property
    def unavailable(self) -> bool:
        """Whether an outage is going on: the database cannot be reached, or not be used."""
        return self._outage.ongoing

    def gauges(self) -> Mapping[str, Callable[[], float]]:
        """The database's metrics: connections that read now, and 1 during an outage."""
        return {"PoolInUse": lambda: self.in_use, "DatabaseAway": lambda: self.unavailable}

    async def opened(self) -> None:
        """Wait until the database has answered for the first time."""
        if self._opening:
            await asyncio.shield(self._opening)

    async def _open(self) -> None:
        """Retry until the database answers and its schema is current, then let callers in."""
        while True:
            try:
                await self._prepare()
            except Exception as error:
                is_known = isinstance(
                    error, (*UNAVAILABLE_ERRORS, asyncpg.PostgresError, SchemaError)
                )
                self._reason = describe(error, self._host)
                self._outage.report(self._reason, None if is_known else error)
                await asyncio.sleep(OPENING_RETRY_SECONDS)
            else:
                break
        self._opened = True
        log.info("the database is ready")
        self._outage.end()

    async def _prepare(self) -> None:
        connection = await self._connect(OPENING_SECONDS)
        try:
            try:
                async with asyncio.timeout(SCHEMA_SECONDS):
                    await self._migrations.require_current(connection)
            except SchemaError:
                if not self._migrating:
                    raise
                async with asyncio.timeout(MIGRATION_SECONDS):
                    for version in await self._migrations.apply(connection):
                        log.info("migrated the schema to version %d", version)
        finally:
            connection.terminate()

    def report(self, error: Exception) -> None:
        """Log, once for each outage and reason, that this error prevents service."""
        if not self._opened:
            return  # `_open` reports until then, and shutdown is no outage
        is_known = isinstance(error, (*UNAVAILABLE_ERRORS, Unavailable, SchemaError))
        self._outage.report(describe(error, self._host), None if is_known else error)
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())

    def refused(self, error: Unavailable) -> None:
        """Count a request that is answered with 503 for this reason."""
        self._outage.refused += 1
        self.report(error)

    async def _guard(self) -> None:
        """Notice an outage while no request would."""
        await self.opened()
        while True:
            await asyncio.sleep(QUIET_CHECK_SECONDS)
            if not self._in_use:
                await self.unready_reason()

    async def _watch(self) -> None:
        """Check readiness until nothing has failed for a while, which ends the outage."""
        ready = False
        while not ready or self._outage.seconds_since_last < RECOVERY_SECONDS:
            await asyncio.sleep(OPENING_RETRY_SECONDS)
            ready = await self.unready_reason() is None
        self._outage.end()

    @contextmanager
    def _raising_unavailable(self) -> Iterator[None]:
        """Turn the driver's errors of an unavailable database into Unavailable."""
        try:
            yield
        except UNAVAILABLE_ERRORS as error:
            self.report(error)
            raise Unavailable(describe(error, self._host)) from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Like `_raising_unavailable`; after a failure the database is not ready for a while."""
        try:
            with self._raising_unavailable():
                yield
        except Unavailable as error:
            self._write_failed = time.monotonic()
            self._write_failure = str(error)
            raise

    @asynccontextmanager
    async def connection(self, seconds: float) -> AsyncIterator[asyncpg.Connection]:
        """A connection for the block, which has `seconds`. Raises Unavailable."""
        if not self._opened:
            raise Unavailable(self._reason)
        with self._raising_unavailable():
            async with asyncio.timeout(seconds), self._places:
                connection = await self._reader()
                self._in_use.add(connection)
                try:
                    yield connection
                except asyncio.CancelledError:
                    connection.terminate()  # its statement still runs
                    raise
                finally:
                    self._in_use.discard(connection)
                    if not connection.is_closed():
                        self._idle.append(connection)

    async def _reader(self) -> asyncpg.Connection:
        """An idle connection, or a new one."""
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return await self._connect(CONNECT_SECONDS, self._session)

    async def _connect(
        self, seconds: float, session: Mapping[str, str] | None = None
    ) -> asyncpg.Connection:
        try:
            return await asyncpg.connect(
                **self._arguments, timeout=seconds, server_settings=session
            )
        except BaseException:
            self._refused = time.monotonic()
            raise

    async def writer(self) -> tuple[asyncpg.Connection, bool]:
        """The one connection that writes, and whether it is new. Raises Unavailable."""
        if not self._opened:
            raise Unavailable(self._reason)
        if self._writer and not self._writer.is_closed():
            return self._writer, False
        with self._writing():
            self._writer = await self._connect(CONNECT_SECONDS, self._writer_session)
        return self._writer, True

    async def write(
        self, connection: asyncpg.Connection, statement: str, *arguments: object
    ) -> list[asyncpg.Record]:
        """Run the statement over the writer's connection, which is closed after most failures.

        Raises Unavailable, and what the driver raises for arguments that are at fault.
        """
        try:
            with self._writing():
                async with asyncio.timeout(STATEMENT_SECONDS + STATEMENT_GRACE_SECONDS):
                    rows: list[asyncpg.Record] = await connection.fetch(statement, *arguments)
                    return rows
        except (ValueError, asyncpg.DataError, asyncpg.IntegrityConstraintViolationError):
            raise  # one of the arguments is at fault; the connection is not
        except BaseException:
            self._disconnect_writer()
            raise

    def _disconnect_writer(self) -> None:
        """Close the writer's connection, and with it what the server still runs for it."""
        if self._writer:
            self._writer.terminate()
            self._writer = None

    async def unready_reason(self) -> str | None:
        """Why the product cannot be served now, for the operator; concurrent callers share this."""
        if self._checking is None or self._checking.done():
            self._checking = asyncio.create_task(self._check())
        return await asyncio.shield(self._checking)

    async def _check(self) -> str | None:
        try:
            async with self.connection(READINESS_DEADLINE_SECONDS) as connection:
                await self._migrations.require_current(connection)
                await self._require_writable(connection)
        except Exception as error:
            self.report(error)
            return describe(error, self._host)
        failed_recently = time.monotonic() - self._write_failed < RECOVERY_SECONDS
        return self._write_failure if failed_recently else None

    async def _require_writable(self, connection: asyncpg.Connection) -> None:
        """Raise asyncpg's error if the product cannot write. A success counts for a while."""
        now = time.monotonic()
        if self._written > max(now - _WRITABLE_SECONDS, self._write_failed):
            return
        try:
            await connection.execute(self._write_check)
        except BaseException:
            connection.terminate()  # a new one may reach the server that has taken over
            raise
        self._written = now
