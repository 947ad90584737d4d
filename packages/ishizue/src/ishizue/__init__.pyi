"""What a service imports of this package. `__init__.py` imports each name with its first use."""

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
from ishizue.http.dispatch import CACHED as CACHED
from ishizue.http.dispatch import CHEAP as CHEAP
from ishizue.http.dispatch import IN_TURN as IN_TURN
from ishizue.http.dispatch import READ as READ
from ishizue.http.dispatch import Route as Route
from ishizue.http.dispatch import Unguarded as Unguarded
from ishizue.http.problems import Problem as Problem
from ishizue.http.requests import InvalidForm as InvalidForm
from ishizue.http.requests import form_body as form_body
from ishizue.http.requests import raw_body as raw_body
from ishizue.http.service import Service as Service
from ishizue.http.service_state import ServiceState as ServiceState
from ishizue.http.write_guard import WriteGuard as WriteGuard
from ishizue.limits import STATEMENT_SECONDS as STATEMENT_SECONDS
from ishizue.program import Program as Program
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

__version__: str
