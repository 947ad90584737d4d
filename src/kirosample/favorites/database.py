"""The connections to PostgreSQL: opened when it answers, and again when it has been away."""

import asyncio
import logging
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    asynccontextmanager,
    contextmanager,
    nullcontext,
    suppress,
)
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import asyncpg

from kirosample.favorites.migrations import SchemaError, migrate, require_current
from kirosample.favorites.trouble import Trouble
from kirosample.limits import (
    CONNECT_SECONDS,
    MIGRATION_SECONDS,
    OPENING_RETRY_SECONDS,
    OPENING_SECONDS,
    POOL_CONNECTIONS,
    READINESS_DEADLINE_SECONDS,
    RECOVERY_SECONDS,
    SCHEMA_SECONDS,
    STATEMENT_SECONDS,
    WRITABLE_SECONDS,
)

log = logging.getLogger(__name__)

_AWAY = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # its own confusion where a connection is lost between two states
    asyncpg.PostgresConnectionError,  # class 08
    asyncpg.InvalidAuthorizationSpecificationError,  # 28: a password that is rotated meanwhile
    asyncpg.InvalidCatalogNameError,  # 3D: the database is not there
    asyncpg.ReadOnlySQLTransactionError,  # 25006: a replica, during a failover
    asyncpg.TransactionRollbackError,  # 40: deadlock or serialization
    asyncpg.InsufficientResourcesError,  # 53
    asyncpg.ObjectNotInPrerequisiteStateError,  # 55: a lock that was not to be had
    asyncpg.OperatorInterventionError,  # 57: shutting down, starting up, statement time-out
    asyncpg.UndefinedTableError,  # 42P01: not migrated yet
)

_SESSION = {
    "application_name": "kirosample",
    "statement_timeout": str(int(STATEMENT_SECONDS * 1000)),
    "timezone": "UTC",
    "jit": "off",  # compiling takes longer than any statement here
}

_WRITER_SESSION = _SESSION | {
    # Planning a batch takes as long as running it, so it is done once: for any batch, and for
    # tables of any size, as they may be empty when the first one comes.
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
}


# Fails where a like would, and changes nothing: on a read-only server, while the tables are locked,
# and on a full disk. A row may fit into a page that is there, so this takes new room: a temporary
# file of 0.4 MB (3.4 ms of the server's time, no WAL).
_WRITABLE = """
UPDATE favorites SET likes = likes WHERE false;
DELETE FROM favorite_likes WHERE false;
SET LOCAL work_mem = '64kB';
SELECT count(*) FROM generate_series(1, 30000)
"""


class Unavailable(Exception):
    """The database cannot answer now; trying again later is the right thing."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether favorites can be served, and where not, why (for the operator)."""

    ready: bool
    reason: str = ""


class Database:
    """A few connections that outlive the database's absence.

    They are asyncpg's, its pool is not: to take one back that starts a task, a quarter of what a
    list's statement costs us (docs/decisions/0004-coalescing.md). No statement leaves anything in a
    session that would have to be reset.

    With `migrating`, the schema is brought up to date as soon as the database answers; without,
    an older schema is never touched and the database counts as not ready.

    The log tells why favorites cannot be served, when that begins, changes and ends: until it ends,
    the database is asked every half second.
    """

    def __init__(self, connect_arguments: dict[str, Any], *, migrating: bool) -> None:
        self._arguments = connect_arguments
        self._host = host_of(connect_arguments["dsn"])
        self._migrating = migrating
        self._opened = False
        self._places = asyncio.Semaphore(POOL_CONNECTIONS)
        self._in_use: set[asyncpg.Connection] = set()
        self._idle: list[asyncpg.Connection] = []
        self._opening: asyncio.Task[None] | None = None
        self._writer: asyncpg.Connection | None = None
        self._reason = "the database has not answered yet"
        self._trouble = Trouble()
        self._watching: asyncio.Task[None] | None = None
        self._asking: asyncio.Task[Readiness] | None = None
        self._written = float("-inf")  # when the database was last seen to take writes
        self._write_failed = float("-inf")
        self._write_failure = ""

    async def __aenter__(self) -> Self:
        self._opening = asyncio.create_task(self._open())
        return self

    async def __aexit__(self, *exception: object) -> None:
        self._reason = "the service is stopping"
        self._opened = False
        for task in (self._opening, self._watching, self._asking):
            if task:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        self.disconnect_writer()
        for connection in (*self._idle, *self._in_use):
            connection.terminate()
        self._idle.clear()

    @property
    def in_use(self) -> int:
        """Connections that somebody reads with now."""
        return len(self._in_use)

    async def opened(self) -> None:
        """Wait until the database has answered for the first time."""
        if self._opening:
            await asyncio.shield(self._opening)

    async def _open(self) -> None:
        """Try until the database answers; migrate or check its schema; then let others ask it."""
        while True:
            try:
                await self._prepare()
            except Exception as error:
                is_known = isinstance(error, (*_AWAY, asyncpg.PostgresError, SchemaError))
                self._reason = what_is_wrong(error, self._host)
                self._trouble.report(self._reason, None if is_known else error)
                await asyncio.sleep(OPENING_RETRY_SECONDS)
            else:
                break
        self._opened = True
        log.info("the database is ready")
        self._trouble.end()

    async def _prepare(self) -> None:
        connection = await asyncpg.connect(**self._arguments, timeout=OPENING_SECONDS)
        try:
            try:
                async with asyncio.timeout(SCHEMA_SECONDS):
                    await require_current(connection)
            except SchemaError:
                if not self._migrating:
                    raise
                async with asyncio.timeout(MIGRATION_SECONDS):
                    for version in await migrate(connection):
                        log.info("migrated the schema to version %d", version)
        finally:
            connection.terminate()

    def report(self, error: Exception) -> None:
        """Have the log tell, once, that this keeps favorites from being served."""
        if not self._opened:
            return  # `_open` reports, and nothing is to be said of the end
        is_known = isinstance(error, (*_AWAY, Unavailable, SchemaError))
        self._trouble.report(what_is_wrong(error, self._host), None if is_known else error)
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())

    def refused(self, error: Unavailable) -> None:
        """Count a request that is answered 503 for this reason."""
        self._trouble.refused += 1
        self.report(error)

    async def _watch(self) -> None:
        """Ask until nothing has failed for a while."""
        ready = False
        while not ready or self._trouble.seconds_since_last < RECOVERY_SECONDS:
            await asyncio.sleep(OPENING_RETRY_SECONDS)
            ready = (await self.readiness()).ready
        self._trouble.end()

    @contextmanager
    def _unavailable_when_away(self) -> Iterator[None]:
        """Turn what the driver raises while the database cannot answer into Unavailable."""
        try:
            yield
        except _AWAY as error:
            self.report(error)
            raise Unavailable(what_is_wrong(error, self._host)) from error

    @contextmanager
    def writing(self) -> Iterator[None]:
        """For what a writer does: the database is not ready for a while if it fails.

        Raises Unavailable for what the driver raises while the database cannot answer.
        """
        try:
            with self._unavailable_when_away():
                yield
        except Unavailable as error:
            self._write_failed, self._write_failure = time.monotonic(), str(error)
            raise

    @asynccontextmanager
    async def connection(
        self, seconds: float, turn: AbstractAsyncContextManager[None] | None = None
    ) -> AsyncIterator[asyncpg.Connection]:
        """A connection for the block, which has this long, its `turn` in a queue included.

        Raises Unavailable.
        """
        if not self._opened:
            raise Unavailable(self._reason)
        with self._unavailable_when_away():
            async with asyncio.timeout(seconds), turn or nullcontext(), self._places:
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
        """One that is there already, or a new one."""
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return await asyncpg.connect(
            **self._arguments, timeout=CONNECT_SECONDS, server_settings=_SESSION
        )

    async def writer(self) -> tuple[asyncpg.Connection, bool]:
        """The one connection that writes, and whether it is a new one. Raises Unavailable."""
        if not self._opened:
            raise Unavailable(self._reason)
        if self._writer and not self._writer.is_closed():
            return self._writer, False
        with self.writing():
            self._writer = await asyncpg.connect(
                **self._arguments, timeout=CONNECT_SECONDS, server_settings=_WRITER_SESSION
            )
        return self._writer, True

    def disconnect_writer(self) -> None:
        """Have the next writer connect anew, and the server end what this one still does."""
        if self._writer:
            self._writer.terminate()
            self._writer = None

    async def readiness(self) -> Readiness:
        """Ask the database now, once for all who want to know at this moment."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        return await asyncio.shield(self._asking)

    async def _ask(self) -> Readiness:
        try:
            async with self.connection(READINESS_DEADLINE_SECONDS) as connection:
                await require_current(connection)
                await self._require_writable(connection)
        except Exception as error:
            self.report(error)
            return Readiness(ready=False, reason=what_is_wrong(error, self._host))
        if time.monotonic() - self._write_failed < RECOVERY_SECONDS:
            return Readiness(ready=False, reason=self._write_failure)
        return Readiness(ready=True)

    async def _require_writable(self, connection: asyncpg.Connection) -> None:
        """Raise asyncpg's error if no like can be written. While one can, seldom asked."""
        now = time.monotonic()
        if self._written > max(now - WRITABLE_SECONDS, self._write_failed):
            return
        try:
            await connection.execute(_WRITABLE)
        except BaseException:
            connection.terminate()  # another one may lead to the server that has taken over
            raise
        self._written = now


def host_of(dsn: str) -> str:
    """Where a database is, which alone of its URL may be told."""
    parts = urlsplit(dsn)
    return parts.hostname or parse_qs(parts.query).get("host", ["the database"])[0]


def what_is_wrong(error: BaseException, host: str = "the database") -> str:
    """What went wrong, in one line for the operator.

    The system's errors name no host, so ours do; asyncpg's name users and databases. No password.
    """
    text = " ".join(str(error).split()) or type(error).__name__
    match error:
        # One reason, whichever statement or file it was.
        case asyncpg.DiskFullError():
            return f"the disk of {host} is full"
        case asyncpg.ReadOnlySQLTransactionError():
            return f"{host} is read-only"
        case TimeoutError():
            return f"{host} does not answer in time"
        case ssl.SSLCertVerificationError():
            return f"the certificate of {host} is refused: {error.verify_message}"
        case OSError():
            return f"{host} cannot be reached: {error.strerror or text}"
    return text
