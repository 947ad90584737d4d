"""`kirosample run` and `kirosample serve`."""

from collections.abc import Callable

from ishizue.commands import serve as serving
from ishizue.http.service import Service
from ishizue.storage.database_url import DatabaseUrl
from ishizue.telemetry import RequestLog
from kirosample.commands.content import load_content
from kirosample.settings import Settings


def serve(settings: Settings, command: str, prepare: Callable[[], object]) -> int:
    """Serve until told to stop; returns the exit code. Raises Failure and SettingsError."""
    load_content()
    from kirosample import app  # which needs the content when it is imported

    def build(database: DatabaseUrl | None, log: RequestLog) -> Service:
        return app.build(settings, database, migrating=command == "run", log=log).service

    return serving.serve(settings, command, build, prepare=prepare)
