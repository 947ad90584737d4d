"""What the design knows about any application that it serves; `product.py` has the rest.

`tests/infra/test_app_contract.py` compares both with the application, which `infra` never imports.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from infra import timing
from infra.names import NAME, SLUG, Names, setting

PORT = 3000
HEALTH_CHECK = (SLUG, "healthcheck")
"""The container's check: fails until the task has been ready once, then checks liveness."""

GATE = ("sh", "-c", "trap 'exit 0' TERM; sleep infinity & wait")
"""The gate's process: sleeps, and ends at once on SIGTERM.

As PID 1 it needs the trap: the kernel drops a signal that PID 1 does not handle. It takes half a
megabyte where a Python that sleeps takes twelve.
"""

LIVENESS_PATH = "/livez"


@dataclass(frozen=True, slots=True)
class Cached:
    """Paths whose responses a shared cache may store, and the query strings that change these.

    No other query string may reach the application through such a cache: its name may be
    percent-encoded, and the response would be stored under a key without it. CloudFront takes ten
    in one cache policy.
    """

    name: str
    path: str
    query: tuple[str, ...] = ()


STATIC_FILES = Cached("Files", "/static/*")
"""The files that are named after their content."""

MIGRATE = ("migrate",)
USER = "10001:10001"
"""The user in the image, which is not root."""

CONNECTIONS_PER_TASK = 3
"""Two for reads and one for writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A secret that Secrets Manager generates once, and the setting that ECS injects it as."""

    construct_id: str
    setting: str
    description: str
    why_not_rotated: str
    length: int = 64


DATABASE_SECRETS = {
    setting("DB_HOST"): "host",
    setting("DB_PORT"): "port",
    setting("DB_NAME"): "dbname",
    setting("DB_USER"): "username",
    setting("DB_PASSWORD"): "password",
}
"""Settings of every container that connects, and their keys in the JSON of the tasks' secret."""

MIGRATION_SECRETS = {
    setting("MIGRATION_DB_USER"): "username",
    setting("MIGRATION_DB_PASSWORD"): "password",
}
"""Further settings of the migration, and their keys in the JSON of the master user's secret."""

DATABASE_ENVIRONMENT = {setting("DB_TLS"): "verify-full"}
"""Settings of every container that connects to the database."""


def environment(
    names: Names, *, proxies: str, public_url: str, database: bool
) -> Mapping[str, str]:
    """The task's settings that are not secret."""
    return {
        setting("TRUSTED_PROXIES"): proxies,
        setting("PUBLIC_URL"): public_url,
        setting("DRAIN_SECONDS"): str(timing.DRAIN_SECONDS),
        setting("METRICS"): "on",
        **({setting("ENVIRONMENT"): names.environment} if names.environment else {}),
        **(DATABASE_ENVIRONMENT if database else {"DATABASE_URL": "none"}),
    }


METRICS_NAMESPACE = NAME


def metrics_dimensions(names: Names) -> Mapping[str, str]:
    """The dimensions of the application's metrics."""
    return {"Service": names.service}


DATABASE_AWAY = "DatabaseAway"
"""The application's metric that is 1 while a task cannot use its database, and 0 otherwise."""


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph on the dashboard: its title, and pairs of metric and statistic."""

    title: str
    metrics: tuple[tuple[str, str], ...]


GRAPHS = (
    Graph(
        "Requests and errors a minute, in the application", (("Requests", "Sum"), ("Errors", "Sum"))
    ),
    Graph("Latency, ms, in the application", (("LatencyMs", "p50"), ("LatencyMs", "p99"))),
    Graph("Queued writes, maximum", (("WriteQueue", "Maximum"),)),
    Graph("Database connections in use by a task, maximum", (("PoolInUse", "Maximum"),)),
    Graph("Database away, share of the tasks' time", ((DATABASE_AWAY, "Average"),)),
)
