"""The errors that callers handle, and which of the driver's mean an unavailable database."""

import ssl

import asyncpg

UNAVAILABLE_ERRORS = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # asyncpg's own confusion when a connection is lost
    asyncpg.PostgresConnectionError,  # class 08
    asyncpg.InvalidAuthorizationSpecificationError,  # 28: a password that is being rotated
    asyncpg.InvalidCatalogNameError,  # 3D: the database does not exist
    asyncpg.ReadOnlySQLTransactionError,  # 25006: a replica, during a failover
    asyncpg.TransactionRollbackError,  # 40: deadlock or serialization
    asyncpg.InsufficientResourcesError,  # 53
    asyncpg.ObjectNotInPrerequisiteStateError,  # 55: a lock not available
    asyncpg.OperatorInterventionError,  # 57: shutting down, starting up, statement timeout
    asyncpg.UndefinedTableError,  # 42P01: not migrated yet
)
"""What the driver raises while the database cannot answer."""


class Unavailable(Exception):
    """The database cannot answer now. The caller may retry later."""


class QueueFull(Unavailable):
    """The queue is at its limit. The caller may retry later."""


class ReadFailed(Exception):
    """A shared read failed. Its traceback is logged once, not for each caller."""


class SchemaError(Exception):
    """The database's schema or encoding does not fit; the message says what to do."""


def own_copy(error: Exception) -> Exception:
    """An exception for one of several callers: each raise adds to an exception's traceback."""
    return type(error)(*error.args) if isinstance(error, Unavailable) else ReadFailed()


def describe(error: BaseException, host: str = "the database") -> str:
    """The error in one line for the operator, without passwords.

    The system's errors name no host, so this does; asyncpg's name users and databases.
    """
    text = " ".join(str(error).split()) or type(error).__name__
    match error:
        # One text for each reason, whichever statement or file it was.
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
        case _:
            return text
