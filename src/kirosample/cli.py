"""The commands. Exit codes: 0 done, 1 it could not be done, 2 a setting or argument is wrong.

Each imports what it takes: the container's check runs every ten seconds, beside the server, and
needs none of what the server does; and a server with its database elsewhere starts none.
"""

import argparse
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kirosample.failure import Failure
from kirosample.settings import EmbeddedDatabase, ExternalDatabase, Settings, SettingsError, read

if TYPE_CHECKING:
    from kirosample.telemetry import RequestLog

log = logging.getLogger(__name__)

Command = Callable[[argparse.Namespace], int]


def main() -> None:
    """Run the command that the arguments name."""
    arguments = _parser().parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    try:
        sys.exit(arguments.command(arguments))
    except Failure as error:
        sys.exit(_say(str(error), 1))
    except SettingsError as error:
        sys.exit(_say(str(error), 2))
    except KeyboardInterrupt:
        sys.exit(130)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kirosample", description="A Japanese daily portal.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Command, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(command=command)
        return made

    add("run", _run, "serve, and bring the database's schema up to date first")
    add("serve", _serve, "serve; an older schema is left alone, and favorites wait for it")
    add("migrate", _migrate, "bring the database's schema up to date, and end")
    add("healthcheck", _healthcheck, "the container's own check: ask the server on PORT")
    add("today", _today, "print today in the Japanese calendar")
    favorites = add("favorites", _remove_favorite, "the operator's hand on favorites")
    favorites.add_argument("action", choices=["remove"])
    favorites.add_argument("id", type=_favorite_id, help="the favorite's id")
    return parser


def _favorite_id(text: str) -> int:
    """Raises ValueError for what can be the id of no favorite."""
    if not 0 < int(text) < 2**31:
        raise ValueError(text)
    return int(text)


def _run(_arguments: argparse.Namespace) -> int:
    return _serving(migrating=True)


def _serve(_arguments: argparse.Namespace) -> int:
    return _serving(migrating=False)


def _serving(*, migrating: bool) -> int:
    from kirosample import telemetry
    from kirosample.memory import return_large_blocks

    settings = read(os.environ)
    return_large_blocks()
    # Until the server handles it, SIGTERM unwinds, so that the embedded server is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with telemetry.to_stdout(metrics=settings.metrics) as requests:
        try:
            _serve_until_told(settings, requests, migrating=migrating)
        except (Failure, SettingsError):
            raise
        except Exception:
            log.exception("a defect has ended the server")
            return 1
        log.info("stopped")
    return 0


def _serve_until_told(settings: Settings, requests: "RequestLog", *, migrating: bool) -> None:
    from kirosample.app import build
    from kirosample.memory import keep_what_is_there
    from kirosample.server import Server, listen

    with listen(settings.port) as listener, _database(settings) as database:
        app = build(settings, database, migrating=migrating, log=requests)
        server = Server(app, settings.drain_seconds)
        log.info("KiroSample: http://localhost:%d", settings.port)
        keep_what_is_there()
        server.run(sockets=[listener])


def _migrate(_arguments: argparse.Namespace) -> int:
    from kirosample.operating import update_schema

    return _with_database(update_schema)


def _remove_favorite(arguments: argparse.Namespace) -> int:
    from kirosample.operating import remove_favorite

    return _with_database(lambda database: remove_favorite(database, arguments.id))


def _healthcheck(_arguments: argparse.Namespace) -> int:
    from kirosample.healthcheck import check

    return check(read(os.environ))


def _today(_arguments: argparse.Namespace) -> int:
    from kirosample import almanac, horoscope, quotes
    from kirosample.clock import system_clock, today_in_japan

    today = today_in_japan(system_clock)
    day, quote = almanac.day(today), quotes.load().of_day(today)
    print(f"{today.isoformat()} {day.weekday}  {day.era.name}{day.era.year}年  {day.rokuyo}")
    leap = "閏" if day.lunar.leap else ""
    print(f"旧暦{leap}{day.lunar.month}月{day.lunar.day}日  {day.solar_term.name}")
    print("  ".join(f"{r.rank}位 {r.name}" for r in horoscope.readings(today)[:3]))
    print(f"「{quote.text}」 {quote.author}（{quote.source}）")
    return 0


@contextmanager
def _database(settings: Settings) -> Iterator[ExternalDatabase | None]:
    """Where to connect: the embedded server's address while the block runs, or the given one."""
    if not isinstance(settings.database, EmbeddedDatabase):
        yield settings.database
        return
    from kirosample.embedded_postgres import EmbeddedPostgres

    with EmbeddedPostgres.start(settings.data_dir) as embedded:
        embedded.supervise()
        yield ExternalDatabase(embedded.dsn)


def _with_database(work: Callable[[ExternalDatabase], Coroutine[None, None, str]]) -> int:
    """Do the work, and print what it answers."""
    import asyncio

    logging.disable()  # all that an operator's command has to say is its outcome
    with _database(read(os.environ)) as database:
        if database is None:
            return _say("there is no database: DATABASE_URL is none", 2)
        print(asyncio.run(work(database)))
    return 0


def _say(text: str, code: int) -> int:
    print(f"kirosample: {text}", file=sys.stderr)
    return code
