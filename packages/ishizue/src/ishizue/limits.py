"""Timeouts and bounds that depend on each other or on the machine. A test compares them.

Any other constant is in the module that uses it. The timeouts of the load balancer and of ECS are
in the design, `ishizue_ops.design`.
"""

WRITE_DEADLINE_SECONDS = 2
"""A batched write has its response this long after it is submitted, be it a 503.

A handler may first wait TURN_SECONDS.
"""

SWEEP_SECONDS = 0.05
"""How far over its deadline a write's response may be."""

READ_DEADLINE_SECONDS = 2
"""Every read of the database has its response within this time, be it a 503."""

TURN_SECONDS = 0.9
"""How long a page, or a read that anyone may repeat with other parameters, waits for its turn."""

STATEMENT_SECONDS = 0.9
"""Timeout of a statement. A caller may wait for the running statement and then for its own."""

STATEMENT_GRACE_SECONDS = 0.1
"""How much longer the writer waits: the server ends the statement unless it is out of reach."""

CONNECT_SECONDS = 0.9
"""Timeout of connecting to the database."""

OPENING_SECONDS = 3
"""Timeout of the first connection to the database, for which no request waits."""

OPENING_RETRY_SECONDS = 0.5
"""Time between attempts to open the database."""

SCHEMA_SECONDS = 5
"""Timeout of reading the schema's version, after which opening is retried."""

MIGRATION_SECONDS = 600
"""Timeout of migrating at the start, including the wait for another task's migration.

A longer migration needs the command `migrate`, which has no timeout.
"""

RECOVERY_SECONDS = 2
"""An outage ends when nothing has failed for this long, which a writer's failure may take."""

QUIET_CHECK_SECONDS = 20
"""How often the database is checked while no request needs it, which would notice an outage."""

READINESS_DEADLINE_SECONDS = 1
"""How long `/readyz` waits for the database."""

HEALTHCHECK_SECONDS = 3
"""How long the command `healthcheck` waits for each response."""

OPERATOR_SECONDS = 10
"""How long an admin command waits for a connection to the database."""

ARRIVAL_SECONDS = 30
"""How long request headers may take to arrive, and the rest of a request already responded to."""

STALL_SECONDS = 30
"""How long a client may read nothing of a response before the kernel ends its connection."""

KEEP_ALIVE_SECONDS = 60
"""The server closes idle connections after this time, later than the load balancer does."""

SHUTDOWN_SECONDS = WRITE_DEADLINE_SECONDS + 3
"""How long accepted requests may take once the listener is closed."""

FINISH_SECONDS = 20
"""How long a worker may take to finish what it holds after SIGTERM, before it is cancelled."""

LOG_CLOSE_SECONDS = 1
"""How long shutdown waits for a reader of the log."""

SEND_BUFFER_BYTES = 128 * 1024
"""The kernel's send buffer for one connection; Linux doubles it for bookkeeping."""

POOL_CONNECTIONS = 2
"""Database connections of one task for reading."""

WRITER_CONNECTIONS = 1
"""Database connections of one task for writing."""


def max_unsent_bytes(memory: int) -> int:
    """Bytes for what clients have not taken, and for bodies that came: an eighth of the memory."""
    return min(memory, 2 * 1024**3) // 8
