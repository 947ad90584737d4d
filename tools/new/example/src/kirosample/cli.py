"""The command line. Exit codes: 0 done, 1 failed, 2 a setting or an argument is wrong.

A command imports its own module only: the container's health check runs every ten seconds beside
the server, and needs nothing of it.
"""

import argparse
import logging
import os
import sys

from kirosample.failure import Failure
from kirosample.settings import SettingsError, read, read_port

_COMMANDS = {
    "run": "migrate the database's schema, and serve",
    "serve": "serve; with an older schema, without books",
    "migrate": "migrate the database's schema",
    "healthcheck": "the container's health check: ask the server on PORT",
    "books": "administer books",
}


def main() -> None:
    """Run the command that the arguments name."""
    arguments = _parser().parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    try:
        sys.exit(_run(arguments))
    except (Failure, SettingsError) as error:
        print(f"kirosample: {error}", file=sys.stderr)
        sys.exit(error.code if isinstance(error, Failure) else 2)
    except KeyboardInterrupt:
        sys.exit(130)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kirosample", description="A shelf of books.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in _COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        if name == "books":
            command.add_argument("action", choices=["remove"])
            command.add_argument("id", type=_book_id, help="the book's id")
    return parser


def _book_id(text: str) -> int:
    """Raises ArgumentTypeError outside the column's range."""
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 2**31):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {2**31 - 1}")
    return int(text)


def _run(arguments: argparse.Namespace) -> int:
    if arguments.command == "healthcheck":
        from kirosample.commands.healthcheck import healthcheck

        return healthcheck(read_port(os.environ))
    settings = read(os.environ)
    if arguments.command in ("run", "serve"):
        from kirosample.commands.serve import serve

        return serve(settings, migrating=arguments.command == "run")
    if arguments.command == "migrate":
        from kirosample.books import BOOKS
        from kirosample.commands import admin

        return admin.migrate(settings, BOOKS)
    from kirosample.commands import books

    return books.remove(settings, arguments.id)
