"""The connections to PostgreSQL: opened when it answers, and again when it has been away."""

import asyncio
import logging
import ssl
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
from kirosample.limits import (
    CONNECT_SECONDS,
    MIGRATION_SECONDS,
    OPENING_RETRY_SECONDS,
    OPENING_SECONDS,
    POOL_CONNECTIONS,
    READINESS_DEADLINE_SECONDS,
    SCHEMA_SECONDS,
    STATEMENT_SECONDS,
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


class Unavailable(Exception):
    """The database cannot answer now; trying again later is the right thing."""


@contextmanager
def unavailable_when_away(host: str = "the database") -> Iterator[None]:
    """Turn what the driver raises while the database cannot answer into Unavailable."""
    try:
        yield
    except _AWAY as error:
        raise Unavailable(what_is_wrong(error, host)) from error


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

    async def __aenter__(self) -> Self:
        self._opening = asyncio.create_task(self._open())
        return self

    async def __aexit__(self, *exception: object) -> None:
        if self._opening:
            self._opening.cancel()
            with suppress(asyncio.CancelledError):
                await self._opening
        self._reason = "the service is stopping"
        self._opened = False
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
            except (*_AWAY, asyncpg.PostgresError, SchemaError) as error:
                self._say(what_is_wrong(error, self._host))
                await asyncio.sleep(OPENING_RETRY_SECONDS)
            else:
                break
        self._opened = True
        log.info("the database is ready")

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

    def _say(self, reason: str) -> None:
        """Tell the operator once, not at each try."""
        if reason != self._reason:
            log.warning("the database is not ready: %s", reason)
        self._reason = reason

    @asynccontextmanager
    async def connection(
        self, seconds: float, turn: AbstractAsyncContextManager[None] | None = None
    ) -> AsyncIterator[asyncpg.Connection]:
        """A connection for the block, which has this long, its `turn` in a queue included.

        Raises Unavailable.
        """
        if not self._opened:
            raise Unavailable(self._reason)
        with unavailable_when_away(self._host):
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
        with unavailable_when_away(self._host):
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
        """Ask the database now."""
        try:
            async with self.connection(READINESS_DEADLINE_SECONDS) as connection:
                await require_current(connection)
        except (Unavailable, SchemaError) as error:
            return Readiness(ready=False, reason=str(error))
        return Readiness(ready=True)


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
        case TimeoutError():
            return f"{host} does not answer in time"
        case ssl.SSLCertVerificationError():
            return f"the certificate of {host} is refused: {error.verify_message}"
        case OSError():
            return f"{host} cannot be reached: {error.strerror or text}"
    return text
