"""`kirosample run` and `kirosample serve`: serve until a signal stops the server."""

import logging
import signal
import sys
from functools import partial

from kirosample import telemetry
from kirosample.app import build, metrics
from kirosample.commands.content import load_content
from kirosample.commands.database import database_url
from kirosample.failure import Failure
from kirosample.http.server import Server, listen
from kirosample.memory import freeze_startup_objects
from kirosample.settings import EmbeddedDatabase, Settings, SettingsError

log = logging.getLogger(__name__)


def serve(settings: Settings, *, migrating: bool) -> int:
    """Returns the exit code. Raises Failure and SettingsError."""
    if settings.migration:
        # A server that holds the owner's password gains nothing from a role of its own.
        raise SettingsError(
            "KIROSAMPLE_MIGRATION_DB_* are for `kirosample migrate`: "
            f"leave them out for `kirosample {'run' if migrating else 'serve'}`"
        )
    # Until the server handles SIGTERM, it unwinds the stack, which stops the local PostgreSQL.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    reported = partial(metrics, environment=settings.environment)
    with telemetry.to_stdout(reported if settings.metrics else None) as requests:
        try:
            # portal
            load_content()
            # /portal
            with listen(settings.port) as listener, database_url(settings) as database:
                app = build(settings, database, migrating=migrating, log=requests)
                server = Server(app.service, settings.drain_seconds)
                # Root's checkouts share one folder, unless a setting names another.
                is_embedded = isinstance(settings.database, EmbeddedDatabase)
                data = f", data in {settings.data_dir}" if is_embedded else ""
                log.info("KiroSample: http://localhost:%d%s", settings.port, data)
                freeze_startup_objects()
                server.run(sockets=[listener])
        except (Failure, SettingsError):
            raise
        except Exception:
            log.exception("the server crashed")
            return 1
        log.info("stopped")
    return 0
