"""`kirosample run`, `kirosample serve` and `kirosample preview`."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from ishizue.clock import system_clock
from ishizue.commands import serve as serving
from ishizue.http.service import Service
from ishizue.settings import EmbeddedDatabase
from ishizue.storage.database_url import DatabaseUrl
from ishizue.telemetry import RequestLog
from ishizue.visitors import cookie_keys
from kirosample.almanac import date_in_japan
from kirosample.commands.content import load_content
from kirosample.settings import Settings


def serve(settings: Settings, command: str, prepare: Callable[[], object]) -> int:
    """Serve until told to stop; returns the exit code. Raises Failure and SettingsError."""
    load_content()
    from kirosample import app  # which needs the content when it is imported

    def build(database: DatabaseUrl | None, log: RequestLog) -> Service:
        return app.build(settings, database, migrating=command == "run", log=log).service

    return serving.serve(settings, command, build, prepare=prepare)


def preview(settings: Settings, day: date) -> int:
    """Serve a day to come, at this time of it, with a database of its own."""
    load_content()
    from kirosample import app

    ahead = day - date_in_japan(system_clock())
    keys = cookie_keys(settings)  # one host has one cookie, whatever the port is
    given = replace(
        settings,
        database=EmbeddedDatabase(),
        data_dir=settings.data_dir / "preview",
        public_url=None,
        cookie_keys=keys,
    )

    def clock() -> datetime:
        return system_clock() + ahead

    def build(database: DatabaseUrl | None, log: RequestLog) -> Service:
        return app.build(given, database, migrating=True, clock=clock, log=log, preview=day).service

    return serving.serve(given, "preview", build)
