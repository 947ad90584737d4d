"""The commands `run` and `serve`, and what `work` shares: run a server until a signal stops it."""

import logging
import signal
import sys
from collections.abc import Callable
from functools import partial

from ishizue import telemetry
from ishizue.commands.database import database_url
from ishizue.failure import Failure
from ishizue.http.server import Server, listen
from ishizue.http.service import Service
from ishizue.memory import freeze_startup_objects
from ishizue.settings import EmbeddedDatabase, Settings, SettingsError
from ishizue.storage.database_url import DatabaseUrl
from ishizue.telemetry import Metrics, RequestLog

log = logging.getLogger(__name__)


def serve(
    settings: Settings,
    command: str,
    build: Callable[[DatabaseUrl | None, RequestLog], Service],
    *,
    prepare: Callable[[], object] | None = None,
) -> int:
    """Build a service on its database and serve it, as the command of this name.

    Returns the exit code. Raises Failure and SettingsError.
    """

    def server(database: DatabaseUrl | None, log: RequestLog) -> Server:
        return Server(build(database, log), settings.drain_seconds)

    return until_stopped(settings, command, server, prepare=prepare)


def until_stopped(
    settings: Settings,
    command: str,
    make: Callable[[DatabaseUrl | None, RequestLog], Server],
    *,
    loopback: bool = False,
    prepare: Callable[[], object] | None = None,
) -> int:
    """Make a server and run it; one on `loopback` has no visitors, and no metrics of requests.

    Returns the exit code. Raises Failure and SettingsError.
    """
    product = settings.product
    if settings.migration:
        # A server that holds the owner's password gains nothing from a role of its own.
        raise SettingsError(
            f"{product.prefix}MIGRATION_DB_* are for `{product.command} migrate`: "
            f"leave them out for `{product.command} {command}`"
        )
    # Until the server handles SIGTERM, it unwinds the stack, which stops the local PostgreSQL.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    metrics = partial(
        Metrics,
        product=product,
        environment=settings.environment,
        requests=not loopback,
    )
    host = "127.0.0.1" if loopback else "0.0.0.0"  # noqa: S104  (a container's port)
    with telemetry.to_stdout(metrics if settings.metrics else None) as log_of_requests:
        try:
            with (
                listen(settings.port, host) as listener,
                database_url(settings, prepare) as database,
            ):
                server = make(database, log_of_requests)
                # Root's checkouts share one folder, unless a setting names another.
                is_embedded = isinstance(settings.database, EmbeddedDatabase)
                data = f", data in {settings.data_dir}" if is_embedded else ""
                url = f"http://localhost:{settings.port}"
                log.info("%s: %s%s", product.name, url, data)
                if sys.stdout and sys.stdout.isatty() and not loopback:
                    opens = f"{url} を開いてください。止めるには Ctrl-C"
                    log.info(product.spoken(f"Open {url}. Ctrl-C stops it", opens))
                freeze_startup_objects()
                server.run(sockets=[listener])
        except (Failure, SettingsError):
            raise
        except Exception:
            log.exception("the %s crashed", "worker" if loopback else "server")
            return 1
        log.info("stopped")
    return 0 if server.started else 1
