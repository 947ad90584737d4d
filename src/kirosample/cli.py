"""The command line of the portal: each command imports what it needs only."""

import argparse
import gc
import os
from functools import partial

from ishizue.commands import line
from ishizue.settings import read_port
from kirosample import PRODUCT

_OWN = {
    "numbers": "print how many pages were read",
    "favorites": "administer favorites",
}

_FILES = {
    "export": "write all favorites with their likes to a file",
    "import": "add what is missing of an export; what is there stays",
}


def main() -> None:
    """Run the command that the arguments name."""
    parser, commands = line.parser(PRODUCT, "A Japanese daily portal.", _OWN)
    actions = commands["favorites"].add_subparsers(dest="action", required=True)
    removing = actions.add_parser("remove", help="remove a favorite with all its likes")
    removing.add_argument("id", type=line.identifier, help="the favorite's id")
    for action, text in _FILES.items():
        actions.add_parser(action, help=text).add_argument("file", help="or an https URL")
    line.main(PRODUCT, partial(_run, parser.parse_args()))


def _run(arguments: argparse.Namespace) -> int:
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
    if arguments.command == "numbers":
        from kirosample.commands.numbers import numbers

        return numbers(settings, prepare)
    from kirosample.commands import favorites

    if arguments.action == "remove":
        return favorites.remove(settings, arguments.id, prepare)
    transfer = favorites.export if arguments.action == "export" else favorites.import_
    return transfer(settings, arguments.file, prepare)
