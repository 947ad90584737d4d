"""The connections to PostgreSQL: opened when it answers, and again when it has been away."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Self

import asyncpg

from kirosample.favorites.migrations import SchemaError, migrate, require_current
from kirosample.limits import POOL_CONNECTIONS, READINESS_DEADLINE_SECONDS, WRITE_DEADLINE_SECONDS

log = logging.getLogger(__name__)

_RETRY_SECONDS = 0.5

_AWAY = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
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


class Unavailable(Exception):
    """The database cannot answer now; trying again later is the right thing."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether favorites can be served, and where not, why (for the operator)."""

    ready: bool
    reason: str = ""


class Database:
    """A pool of connections that outlives the database's absence.

    With `migrating`, the schema is brought up to date as soon as the database answers; without,
    an older schema is never touched and the database counts as not ready.
    """

    def __init__(self, connect_arguments: dict[str, Any], *, migrating: bool) -> None:
        self._arguments = connect_arguments
        self._migrating = migrating
        self._pool: asyncpg.Pool | None = None
        self._opening: asyncio.Task[None] | None = None
        self._reason = "the database has not answered yet"

    async def __aenter__(self) -> Self:
        self._opening = asyncio.create_task(self._open())
        return self

    async def __aexit__(self, *exception: object) -> None:
        if self._opening:
            self._opening.cancel()
            with suppress(asyncio.CancelledError):
                await self._opening
        if self._pool:
            self._pool.terminate()

    async def opened(self) -> None:
        """Wait until the database has answered for the first time."""
        if self._opening:
            await asyncio.shield(self._opening)

    async def _open(self) -> None:
        """Try until the database answers; migrate or check its schema; then make the pool."""
        while True:
            try:
                await self._prepare()
            except (*_AWAY, asyncpg.PostgresError, SchemaError) as error:
                self._say(_one_line(error))
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                break
        self._pool = asyncpg.create_pool(
            **self._arguments,
            min_size=0,
            max_size=POOL_CONNECTIONS,
            timeout=WRITE_DEADLINE_SECONDS,
            # Nothing here sets session state, listens, or holds cursors or advisory locks.
            reset=_keep,
            server_settings={
                "application_name": "kirosample",
                "statement_timeout": str(WRITE_DEADLINE_SECONDS * 1000),
                "timezone": "UTC",
            },
        )
        await self._pool
        log.info("the database is ready")

    async def _prepare(self) -> None:
        async with asyncio.timeout(30 if self._migrating else 5):
            connection = await asyncpg.connect(**self._arguments, timeout=3)
        try:
            if self._migrating:
                for version in await migrate(connection):
                    log.info("migrated the schema to version %d", version)
            await require_current(connection)
        finally:
            await connection.close(timeout=1)

    def _say(self, reason: str) -> None:
        """Tell the operator once, not at each try."""
        if reason != self._reason:
            log.warning("the database is not ready: %s", reason)
        self._reason = reason

    @asynccontextmanager
    async def connection(self, seconds: float) -> AsyncIterator[asyncpg.Connection]:
        """A connection for the block, which has this long. Raises Unavailable."""
        if self._pool is None:
            raise Unavailable(self._reason)
        try:
            async with asyncio.timeout(seconds), _acquired(self._pool) as connection:
                yield connection
        except _AWAY as error:
            raise Unavailable(_one_line(error)) from error

    async def readiness(self) -> Readiness:
        """Ask the database now."""
        try:
            async with self.connection(READINESS_DEADLINE_SECONDS) as connection:
                await require_current(connection)
        except (Unavailable, SchemaError) as error:
            return Readiness(ready=False, reason=str(error))
        return Readiness(ready=True)


def _acquired(pool: asyncpg.Pool) -> AbstractAsyncContextManager[asyncpg.Connection]:
    return pool.acquire()  # type: ignore[no-any-return]


async def _keep(_connection: asyncpg.Connection) -> None:
    """Reset nothing."""


def _one_line(error: BaseException) -> str:
    """What went wrong. Never the URL: asyncpg names hosts and users, not passwords."""
    text = " ".join(str(error).split())
    return text or type(error).__name__
