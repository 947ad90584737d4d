"""The command line: each command imports what it needs only."""

import argparse
import os
from functools import partial

from ishizue.commands import line

from bookshelf import PRODUCT


def main() -> None:
    """Run the command that the arguments name."""
    parser, commands = line.parser(PRODUCT, "A shelf of books.", {"books": "administer books"})
    commands["books"].add_argument("action", choices=["remove"])
    commands["books"].add_argument("id", type=line.identifier, help="the book's id")
    line.main(PRODUCT, partial(_run, parser.parse_args()))


def _run(arguments: argparse.Namespace) -> int:
    command = arguments.command
    if command == "healthcheck":
        from ishizue.commands.healthcheck import healthcheck
        from ishizue.settings import read_port

        return healthcheck(read_port(os.environ), PRODUCT.command)
    from bookshelf.settings import read

    settings = read(os.environ)
    if command in ("run", "serve"):
        from ishizue.commands.serve import serve

        from bookshelf.app import build

        return serve(settings, command, partial(build, settings, migrating=command == "run"))
    if command in ("sql", "dump"):
        from ishizue.commands import sql

        run = sql.sql if command == "sql" else sql.dump
        return run(settings, arguments.text)
    if command == "migrate":
        from ishizue.commands import admin

        from bookshelf.books import BOOKS

        return admin.migrate(settings, BOOKS)
    from bookshelf.admin import remove

    return remove(settings, arguments.id)
