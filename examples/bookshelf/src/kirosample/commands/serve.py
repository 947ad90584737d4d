"""`kirosample run` and `kirosample serve`."""

from functools import partial

from ishizue.commands import serve as serving
from ishizue.http.service import Service
from ishizue.storage.database_url import DatabaseUrl
from ishizue.telemetry import RequestLog
from kirosample import app
from kirosample.settings import Settings


def serve(settings: Settings, command: str) -> int:
    """Returns the exit code. Raises Failure and SettingsError."""

    def build(database: DatabaseUrl | None, log: RequestLog) -> Service:
        return app.build(settings, database, migrating=command == "run", log=log).service

    metrics = partial(app.metrics, environment=settings.environment)
    return serving.serve(settings, command, build, metrics=metrics)
