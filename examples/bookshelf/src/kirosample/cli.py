"""The command line: each command imports what it needs only."""

import argparse
import os
from functools import partial

from ishizue.commands import line
from ishizue.settings import read_port
from kirosample import PRODUCT
from kirosample.settings import read


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

        return healthcheck(read_port(os.environ), PRODUCT.command)
    settings = read(os.environ)
    if command in ("run", "serve"):
        from kirosample.commands.serve import serve

        return serve(settings, command)
    if command == "migrate":
        from ishizue.commands import admin
        from kirosample.books import BOOKS

        return admin.migrate(settings, BOOKS)
    from kirosample.commands import books

    return books.remove(settings, arguments.id)
