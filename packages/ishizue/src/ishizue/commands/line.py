"""The command line. Exit codes: 0 done, 1 failed, 2 a setting, an argument or the content is wrong.

A command imports its own module only: the container's health check runs every ten seconds beside
the server, and needs nothing of it.
"""

import argparse
import logging
import os
import sys
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from ishizue.failure import Failure
from ishizue.program import Program
from ishizue.settings import SettingsError

if TYPE_CHECKING:
    from ishizue.commands.work import Worker
    from ishizue.http.service import Service
    from ishizue.settings import Settings
    from ishizue.storage.database import Database, Schema
    from ishizue.storage.database_url import DatabaseUrl
    from ishizue.telemetry import RequestLog

S = TypeVar("S", bound="Settings")

COMMANDS: Mapping[str, str] = {
    "run": "migrate the database's schema, and serve",
    "serve": "serve; with an older schema, without what needs the database",
    "migrate": "migrate the database's schema",
    "sql": "run a statement and print its rows, or run the script at an https URL",
    "dump": "put all rows, as a script for sql and psql, at an https URL",
    "healthcheck": "the container's health check: ask the server on PORT",
}
"""The commands of every service."""


def parser(
    product: Program, description: str, own: Mapping[str, str]
) -> tuple[argparse.ArgumentParser, Mapping[str, argparse.ArgumentParser]]:
    """The parser of a product's command, whose name is `command`, and that of each by its name."""
    whole = argparse.ArgumentParser(prog=product.command, description=description)
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    each = {
        name: commands.add_parser(name, help=text, description=text)
        for name, text in {**COMMANDS, **own}.items()
    }
    each["sql"].add_argument("text", metavar="STATEMENT", help="or the script's URL")
    each["dump"].add_argument("text", metavar="URL", help="where to put it, as S3 signs one")
    return whole, each


def command_line(
    product: Program,
    build: "Callable[[S, Database | None, RequestLog], Service] | None" = None,
    *,
    worker: "Callable[[S, Database | None], Worker] | None" = None,
    commands: "Mapping[str, Callable[[S, Database], Coroutine[Any, Any, str]]] | None" = None,
    schema: "Schema | None" = None,
    read: "Callable[[Mapping[str, str]], S] | None" = None,
) -> NoReturn:
    """Run the command that the arguments name, and exit with its code; without one `run` or `work`.

    With a `schema` the service has a database; `read` reads its settings, by default those of every
    service. Its own `commands` return what they print; their docstrings are their help.
    """
    own = {"work": "do the work that is not a request's"} if worker else {}
    own |= {name: function.__doc__ or name for name, function in (commands or {}).items()}
    given = sys.argv[1:] or ["run" if build else "work"]
    arguments = parser(product, product.name, own)[0].parse_args(given)

    def run() -> int:
        # Each is imported late: by then a health check has ended.
        from ishizue.settings import common_reader, read_port

        command = arguments.command
        if command == "healthcheck":
            from ishizue.commands.healthcheck import healthcheck

            return healthcheck(read_port(os.environ), product.command)
        # Without a schema there is nothing to start a database for.
        environ = os.environ if schema else {"DATABASE_URL": "none", **os.environ}
        settings: Any = (read or common_reader(product))(environ)
        from ishizue.storage.database import Database

        def opened(url: "DatabaseUrl | None") -> Database | None:
            if not (url and schema):
                return None
            return Database(url.connect_arguments(), schema, migrating=command == "run")

        if command in ("run", "serve") and build:
            from ishizue.commands.serve import serve

            return serve(settings, command, lambda url, log: build(settings, opened(url), log))
        if command == "work" and worker:
            from ishizue.commands.work import work

            return work(settings, command, lambda url: worker(settings, opened(url)))
        from ishizue.commands import admin, sql

        if command == "migrate" and schema:
            return admin.migrate(settings, schema)
        if command in ("sql", "dump"):
            return (sql.sql if command == "sql" else sql.dump)(settings, arguments.text)
        if commands and command in commands and schema:

            async def do(url: "DatabaseUrl") -> str:
                async with Database(url.connect_arguments(), schema, migrating=False) as database:
                    await admin.opened(database)
                    return await commands[command](settings, database)

            return admin.run(settings, do)
        raise SettingsError(f"{product.name} has nothing for the command {command}")

    main(product, run)


def identifier(text: str) -> int:
    """An id as an argument. Raises ArgumentTypeError outside the range of a column."""
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 2**31):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {2**31 - 1}")
    return int(text)


def main(product: Program, run: Callable[[], int]) -> NoReturn:
    """Run a command and exit with its code; an error is one line."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    try:
        sys.exit(run())
    except (Failure, SettingsError) as error:
        japanese = error.japanese if isinstance(error, Failure) else str(error)
        print(f"{product.command}: {product.spoken(str(error), japanese)}", file=sys.stderr)
        sys.exit(error.code if isinstance(error, Failure) else 2)
    except KeyboardInterrupt:
        sys.exit(130)
