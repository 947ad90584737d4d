"""What the design knows about any application on `ishizue`; its `Product` has the rest."""

from collections.abc import Mapping

from ishizue_ops import timing
from ishizue_ops.config import Config
from ishizue_ops.names import Names
from ishizue_ops.product import Cached

PORT = 3000

GATE = ("sh", "-c", "trap 'exit 0' TERM; sleep infinity & wait")
"""The gate's process sleeps, and ends at once on SIGTERM.

As PID 1 it needs the trap: the kernel drops a signal that PID 1 does not handle. It takes half a
megabyte where a Python that sleeps takes twelve.
"""

LIVENESS_PATH = "/livez"
READINESS_PATH = "/readyz"

STATIC_FILES = Cached("Files", "/static/*")
"""The files that are named after their content."""

SMOKE_TEST = "SMOKE_TEST"
"""The variable with the pages that the container's check tries before a task is ready."""

MIGRATE = ("migrate",)
USER = "10001:10001"
"""The user in the image, which is not root."""


def health_check(names: Names) -> tuple[str, ...]:
    """The container's check fails until the task has been ready once, then checks liveness."""
    return names.slug, "healthcheck"


def database_secrets(names: Names) -> dict[str, str]:
    """Settings of every container that connects, and their keys in the tasks' secret's JSON."""
    keys = {"HOST": "host", "PORT": "port", "NAME": "dbname", "USER": "username"}
    return {
        names.setting(f"DB_{name}"): key for name, key in {**keys, "PASSWORD": "password"}.items()
    }


def migration_secrets(names: Names) -> dict[str, str]:
    """Further settings of the migration, and their keys in the master user's secret's JSON."""
    return {
        names.setting("MIGRATION_DB_USER"): "username",
        names.setting("MIGRATION_DB_PASSWORD"): "password",
    }


def database_environment(names: Names) -> dict[str, str]:
    """Settings of every container that connects to the database."""
    return {names.setting("DB_TLS"): "verify-full"}


def environment(config: Config, *, public_url: str | None, database: bool) -> Mapping[str, str]:
    """The task's settings that are not secret."""
    names = config.names
    product = config.product
    settings = _proxied(config, public_url) if public_url else {}
    settings[names.setting("DRAIN_SECONDS")] = str(timing.DRAIN_SECONDS)
    # Each metric has a price; without a dashboard only the product's own alarms read any.
    settings[names.setting("METRICS")] = "on" if config.dashboard or product.alarms else "off"
    if names.environment:
        settings[names.setting("ENVIRONMENT")] = names.environment
    settings |= database_environment(names) if database else {"DATABASE_URL": "none"}
    if product.smoke_test:
        settings[SMOKE_TEST] = " ".join(product.smoke_test)
    return {**settings, **product.environment, **product.settings(config)}


def _proxied(config: Config, public_url: str) -> dict[str, str]:
    """What a task behind a load balancer knows of it."""
    return {
        config.names.setting("TRUSTED_PROXIES"): ",".join(map(str, config.balancer_cidrs)),
        config.names.setting("PUBLIC_URL"): public_url,
    }


def metrics_dimensions(names: Names) -> Mapping[str, str]:
    """The dimensions of the application's metrics, whose namespace is the product's name."""
    return {"Service": names.service}
