"""The database of a command: the configured one, or the local server while the command runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from kirosample.settings import EmbeddedDatabase, Settings
from kirosample.storage.database_url import DatabaseUrl


@contextmanager
def database_url(settings: Settings) -> Iterator[DatabaseUrl | None]:
    """Where to connect; None without a database. The local server runs during the block."""
    if not isinstance(settings.database, EmbeddedDatabase):
        yield settings.database
        return
    # portal
    from kirosample.cookie_keys import cookie_keys

    cookie_keys(settings)  # made before the data, so that data without it has lost it
    # /portal
    # Imported late: a server with its database elsewhere does not need it.
    from kirosample.postgres.server import EmbeddedPostgres

    with EmbeddedPostgres.start(settings.data_dir) as embedded:
        embedded.supervise()
        yield DatabaseUrl(embedded.dsn)
