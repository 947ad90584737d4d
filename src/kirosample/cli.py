"""The command line of the portal: each command imports what it needs only."""

import argparse
import gc
import os
from functools import partial

from ishizue.commands import line
from ishizue.settings import read_port
from kirosample import PRODUCT

_OWN = {"today": "print today in the Japanese calendar", "favorites": "administer favorites"}


def main() -> None:
    """Run the command that the arguments name."""
    parser, commands = line.parser(PRODUCT, "A Japanese daily portal.", _OWN)
    commands["favorites"].add_argument("action", choices=["remove"])
    commands["favorites"].add_argument("id", type=line.identifier, help="the favorite's id")
    line.main(PRODUCT, partial(_run, parser.parse_args()))


def _run(arguments: argparse.Namespace) -> int:
    if arguments.command == "today":
        from kirosample.commands.today import today

        return today()
    if arguments.command == "healthcheck":
        from ishizue.commands.healthcheck import healthcheck

        return healthcheck(read_port(os.environ), PRODUCT.command)
    return _serve_or_administer(arguments)


def _serve_or_administer(arguments: argparse.Namespace) -> int:
    from ishizue.visitors import cookie_keys
    from kirosample.settings import read

    settings = read(os.environ)
    prepare = partial(cookie_keys, settings)
    if arguments.command in ("run", "serve"):
        gc.disable()  # until the server freezes what a start leaves
        from kirosample.commands.serve import serve

        return serve(settings, arguments.command, prepare)
    if arguments.command in ("sql", "dump"):
        from ishizue.commands import sql

        run = sql.sql if arguments.command == "sql" else sql.dump
        return run(settings, arguments.text, prepare)
    if arguments.command == "migrate":
        from ishizue.commands import admin
        from kirosample.favorites import FAVORITES

        return admin.migrate(settings, FAVORITES, prepare)
    from kirosample.commands import favorites

    return favorites.remove(settings, arguments.id, prepare)
