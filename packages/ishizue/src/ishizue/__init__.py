"""What a small service needs to serve: HTTP, PostgreSQL, telemetry.

A name is imported with its first use: a health check needs none of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "1.1.0"

_EXPORTS = {
    "commands.line": "command_line",
    "commands.work": "Stop Worker",
    "composition": "service service_state",
    "failure": "Failure",
    "http.api.endpoints": "Endpoint NoQuery Result",
    "http.context": "RequestContext",
    "http.dispatch": "CHEAP Route Unguarded cached in_turn read",
    "http.problems": "Problem",
    "http.requests": "InvalidForm form_body raw_body",
    "http.service": "Service",
    "http.service_state": "ServiceState",
    "http.write_guard": "WriteGuard",
    "limits": "STATEMENT_SECONDS",
    "product": "Product",
    "settings": "Option Settings SettingsError",
    "storage.database": "Database Schema",
    "storage.database_url": "DatabaseUrl",
    "storage.errors": "Unavailable",
    "storage.migrations": "Migrations",
    "telemetry": "Polled RequestLog",
}
"""What a service imports of this package, by its modules. A test compares both lists."""

_MODULES = {name: module for module, names in _EXPORTS.items() for name in names.split()}

if TYPE_CHECKING:
    from ishizue.commands.line import command_line as command_line
    from ishizue.commands.work import Stop as Stop
    from ishizue.commands.work import Worker as Worker
    from ishizue.composition import service as service
    from ishizue.composition import service_state as service_state
    from ishizue.failure import Failure as Failure
    from ishizue.http.api.endpoints import Endpoint as Endpoint
    from ishizue.http.api.endpoints import NoQuery as NoQuery
    from ishizue.http.api.endpoints import Result as Result
    from ishizue.http.context import RequestContext as RequestContext
    from ishizue.http.dispatch import CHEAP as CHEAP
    from ishizue.http.dispatch import Route as Route
    from ishizue.http.dispatch import Unguarded as Unguarded
    from ishizue.http.dispatch import cached as cached
    from ishizue.http.dispatch import in_turn as in_turn
    from ishizue.http.dispatch import read as read
    from ishizue.http.problems import Problem as Problem
    from ishizue.http.requests import InvalidForm as InvalidForm
    from ishizue.http.requests import form_body as form_body
    from ishizue.http.requests import raw_body as raw_body
    from ishizue.http.service import Service as Service
    from ishizue.http.service_state import ServiceState as ServiceState
    from ishizue.http.write_guard import WriteGuard as WriteGuard
    from ishizue.limits import STATEMENT_SECONDS as STATEMENT_SECONDS
    from ishizue.product import Product as Product
    from ishizue.settings import Option as Option
    from ishizue.settings import Settings as Settings
    from ishizue.settings import SettingsError as SettingsError
    from ishizue.storage.database import Database as Database
    from ishizue.storage.database import Schema as Schema
    from ishizue.storage.database_url import DatabaseUrl as DatabaseUrl
    from ishizue.storage.errors import Unavailable as Unavailable
    from ishizue.storage.migrations import Migrations as Migrations
    from ishizue.telemetry import Polled as Polled
    from ishizue.telemetry import RequestLog as RequestLog
else:

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"ishizue.{_MODULES[name]}"), name)
