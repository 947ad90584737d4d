"""The command line of the portal: each command imports what it needs only."""

import argparse
import gc
import os
import signal
from datetime import date, datetime
from functools import partial

from ishizue.commands import line
from ishizue.settings import read_port
from kirosample import PRODUCT

_OWN = {
    "preview": "serve a day to come, with its own port (3001) and database",
    "numbers": "print how many pages were read and likes given",
    "schedule": "print the quote, holiday, special day and notice of each day to come",
    "favorites": "administer favorites",
    "backup": "write favorites, page counts and the cookie keys to a file, without those to a URL",
    "restore-backup": "replace what is stored by a backup; an empty folder needs no start before",
}

_FILES = {
    "export": "write all favorites with their likes to a file",
    "import": "add what is missing of an export; what is there stays",
}


def main() -> None:
    """Run the command that the arguments name."""
    parser, commands = line.parser(PRODUCT, "A Japanese daily portal.", _OWN)
    commands["preview"].add_argument("day", metavar="DATE", type=date.fromisoformat)
    commands["numbers"].add_argument("--html", metavar="FILE", help="as a page, or at an https URL")
    actions = commands["favorites"].add_subparsers(dest="action", required=True)
    removing = actions.add_parser("remove", help="remove a favorite with all its likes")
    removing.set_defaults(since=None, until=None, yes="y")
    unliking = actions.add_parser("remove-likes", help="remove a favorite's likes of some time")
    unliking.add_argument("--since", type=datetime.fromisoformat, required=True, metavar="TIME")
    unliking.add_argument("--until", type=datetime.fromisoformat, metavar="TIME", help="without it")
    unliking.add_argument("--yes", action="store_const", const="y", help="do not ask")
    for action in (removing, unliking):
        action.add_argument("id", type=line.identifier, help="the favorite's id")
    for name, text in _FILES.items():
        actions.add_parser(name, help=text).add_argument("file", help="or an https URL")
    commands["schedule"].add_argument("quote", nargs="?", help="when the quote of this id is next")
    commands["schedule"].add_argument("--days", type=line.identifier, default=30)
    for name in ("backup", "restore-backup"):
        commands[name].add_argument("file", metavar="FILE", type=os.path.expanduser)
    commands["restore-backup"].add_argument("--replace", metavar="NAME", help="do not ask for it")
    line.main(PRODUCT, partial(_run, parser.parse_args()))


def _run(arguments: argparse.Namespace) -> int:
    if arguments.command == "healthcheck":
        from ishizue.commands.healthcheck import healthcheck

        return healthcheck(read_port(os.environ), PRODUCT.command)
    if arguments.command == "schedule":
        from kirosample.commands.schedule import schedule

        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # a long list may end in `| head`
        return schedule(arguments.days, arguments.quote)
    return _serve_or_administer(arguments)


def _serve_or_administer(arguments: argparse.Namespace) -> int:
    from ishizue.visitors import cookie_keys
    from kirosample.settings import read

    is_preview = arguments.command == "preview"
    settings = read({"PORT": "3001", **os.environ} if is_preview else os.environ)
    if is_preview:
        from kirosample.commands.serve import preview

        return preview(settings, arguments.day)
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

        return numbers(settings, arguments.html, prepare)
    from kirosample.commands import favorites

    if arguments.command == "backup":
        return favorites.backup(settings, arguments.file)
    if arguments.command == "restore-backup":
        return favorites.restore(settings, arguments.file, arguments.replace)
    if arguments.action in ("remove", "remove-likes"):
        time = (arguments.since, arguments.until)
        return favorites.remove(settings, arguments.id, time, arguments.yes)
    transfer = favorites.export if arguments.action == "export" else favorites.import_
    return transfer(settings, arguments.file, prepare)
