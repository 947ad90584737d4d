"""Every time-out and bound of the service, in one place, since they hold only together.

`tests/test_limits.py` holds their order. The load balancer's half of it is deployed by `infra/`.
"""

WRITE_DEADLINE_SECONDS = 2
"""A write is answered within this time, if only by a 503."""

SWEEP_SECONDS = 0.05
"""How much later than at its deadline a write may be answered."""

READ_DEADLINE_SECONDS = 2
"""A read of favorites is answered within this time, if only by a 503."""

STATEMENT_SECONDS = 0.9
"""How long a statement may take: who comes while one runs has the next one's time as well."""

STATEMENT_GRACE_SECONDS = 0.1
"""How much longer the writer waits: the server ends a statement by itself, unless out of reach."""

CONNECT_SECONDS = 0.9
"""How long connecting to the database may take."""

OPENING_SECONDS = 3
"""How long the first connection may take, for which nobody waits."""

OPENING_RETRY_SECONDS = 0.5
"""How long after a start's failure the database is tried again."""

SCHEMA_SECONDS = 5
"""How long a start waits for the schema's version: a database that is silent then is tried anew."""

MIGRATION_SECONDS = 600
"""How long a start migrates, the wait for another task's migration included.

What takes longer is begun anew each time, and is for `kirosample migrate`, which has no bound.
"""

WRITE_QUEUE = 10_000
"""Writes that may wait for the next batch."""

WRITE_BATCH = 1_000
"""Writes in one batch."""

REMOVAL_SECONDS = 60
"""How long the operator's removal of a favorite may take."""

LISTS_WAITING = 45
"""Different lists of everybody's that may wait to be read: half of STATEMENT_SECONDS at 10 ms each.

The first page, which all visitors share, does not wait with them.
"""

OWN_LISTS_WAITING = 8
"""Different lists of one visitor's own that may wait to be read."""

VISITORS_WAITING = 450
"""Visitors whose own lists may wait to be read: the other half, at the usual 1 ms each."""

LIKABLE_DAYS_BACK = 30
"""How many days before today a horoscope may be from to be liked."""

LIKABLE_DAYS_AHEAD = 1
"""How many days after today a horoscope may be from to be liked."""

KNOWN_FAVORITES = 10_000
"""Favorites whose words the writer remembers."""

RECOVERY_SECONDS = 2
"""How long nothing has failed when an outage is over: longer than a writer's failing statement."""

WRITABLE_SECONDS = 5
"""How long the database counts as one that takes writes after it was seen to."""

READINESS_DEADLINE_SECONDS = 1
"""How long `/readyz` waits for the database."""

HEALTHCHECK_SECONDS = 3
"""How long `kirosample healthcheck` waits for each answer of the server."""

OPERATOR_SECONDS = 10
"""How long an operator's command waits for a connection to the database."""

COOKIE_KEY_BYTES = 32
"""The shortest key that signs cookies: as long as what HMAC-SHA-256 makes (RFC 2104, section 3)."""

BODY_DEADLINE_SECONDS = 10
"""How long a request's body may take to arrive."""

BODY_BYTES = 16 * 1024
"""The largest body that is read."""

FORM_BYTES = 1024
"""The largest form that is parsed: ours are a tenth of it."""

TARGET_BYTES = 8 * 1024
"""Maximum size of the request target: path and query."""

QUERY_FIELDS = 64
"""Maximum number of fields in a query."""

HEAD_BYTES = 64 * 1024
"""All that a request may be beside its body and what is read at once with its first byte."""

ARRIVAL_SECONDS = 30
"""How long a head may take to arrive, and what is left of a request that was answered already."""

STALL_SECONDS = 30
"""How long a client may take nothing of a response before the connection is aborted."""

SEND_BUFFER_BYTES = 128 * 1024
"""What the kernel may hold of one connection's responses (Linux doubles it for its bookkeeping)."""

LINGERING_SECONDS = 2
"""How long the rest of such a request is read and dropped, where the answer was the last one."""

LOAD_BALANCER_IDLE_SECONDS = 30
"""The load balancer's idle time-out, shorter than ours below."""

KEEP_ALIVE_SECONDS = 60
"""The server's: else the balancer meets connections that the server has just closed."""

SHUTDOWN_SECONDS = WRITE_DEADLINE_SECONDS + 3
"""How long accepted requests may take to be answered once the listener is closed."""

MOST_CONNECTIONS = 16_384
"""Open connections, about 10 kB each; fewer where the process may not open as many files."""

OTHER_FILES = 128
"""Files that the process may need beside connections."""

PIPELINED_REQUESTS = 32
"""Requests that one connection may send before the first of them is answered."""

BACKLOG = 2048
"""Connections that may wait to be accepted; the kernel's own limit may be lower."""

ACCEPT_RETRY_SECONDS = 0.25
"""When accepting is tried again after the process has run out of file descriptors."""

CLOSING_SECONDS = 0.1
"""How long an idle connection is read on then, for a request that is on its way."""

STOP_TIMEOUT_SECONDS = 30
"""ECS kills a task this long after SIGTERM."""

POOL_CONNECTIONS = 2
"""Database connections of one task that read."""

WRITER_CONNECTIONS = 1
"""Database connections of one task that write."""

DATABASE_CONNECTIONS = 80
"""What db.t3.micro accepts, with room for the operator."""

MOST_TASKS = 20
"""Ten tasks, twice during a deployment."""

MIGRATION_AND_RESERVED_CONNECTIONS = 1 + 3
"""One for the migration, three that PostgreSQL keeps for its superuser."""

LOG_CHARACTERS = 8_000_000
"""Characters of the log that may wait to be written; a line beyond is dropped and counted."""

LOG_GATHER_SECONDS = 0.05
"""How long lines wait for others to be written with: what a `kill -9` may lose."""

LOG_CLOSE_SECONDS = 1
"""How long the end waits for one who does not read the log."""

PAGE_CACHE_BYTES = 16 * 1024 * 1024
"""Rendered pages and drawn pictures kept in memory."""

WORK_WAITING = 512
"""Pages and other expensive work that may wait for their turn."""

WORK_WAITING_OF_CLIENT = 64
"""How much of it one client (IPv4 address or IPv6 /64) may have waiting."""

DRAWINGS_WAITING = 32
"""Pictures that may wait to be drawn, at about a tenth of a second each."""

DRAWING_SECONDS = 10
"""How long a picture may take, the start of the process that draws included."""

IDLE_ARTIST_SECONDS = 30
"""How long that process stays when there is nothing to draw."""

EXPORTED_AT_ONCE = 200
"""Favorites that are in memory at once while all of one's own are sent."""

RATE_LIMIT_CLIENTS = 50_000
"""Clients whose writes are counted at once."""

WRITE_BURST = 100
"""Writes that a client may make at once, before the limit per minute tells."""

SITE_CLIENTS = 10
"""How many times a client's new visitors an IPv6 /48 may have: a mobile one holds 65,536 /64s."""

COOKIES_TRIED = 4
"""Cookies with the visitor's name that are verified in one request. Only one is ours."""

REFUSED_ORIGINS = 10
"""Refused origins that are logged, each once."""

POPULAR_REFRESH_SECONDS = 4
"""How often the home page's view of favorites is refreshed."""

POPULAR_RETRY_SECONDS = 1
"""The same while there is nothing to show: nothing is liked yet, or the database is away."""

POPULAR_AGE_SECONDS = 10
"""The oldest view of favorites that the home page shows."""
