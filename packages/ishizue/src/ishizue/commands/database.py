"""The database of a command: the configured one, or the local server while the command runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ishizue.failure import Failure
from ishizue.settings import EmbeddedDatabase, Settings
from ishizue.storage.database_url import DatabaseUrl


@contextmanager
def database_url(
    settings: Settings, prepare: Callable[[], object] | None = None
) -> Iterator[DatabaseUrl | None]:
    """Where to connect; None without a database. The local server runs during the block.

    `prepare` is called before the server makes its data, so that data without what `prepare` makes
    has lost it.
    """
    if not isinstance(settings.database, EmbeddedDatabase):
        yield settings.database
        return
    if prepare:
        prepare()
    # Imported late: a server with its database elsewhere does not need it.
    from ishizue.postgres.server import DataFolderError, EmbeddedPostgres

    try:
        server = EmbeddedPostgres.start(settings.data_dir, settings.product.command)
    except DataFolderError as error:
        raise Failure(f"{error} with {settings.product.prefix}DATA_DIR") from None
    with server as embedded:
        embedded.supervise()
        yield DatabaseUrl(embedded.dsn)
