"""The command line. Exit codes: 0 done, 1 failed, 2 a setting, an argument or the content is wrong.

A command imports its own module only: the container's health check runs every ten seconds beside
the server, and needs nothing of it.
"""

import argparse
import logging
import sys
from collections.abc import Callable, Mapping
from typing import NoReturn

from ishizue.failure import Failure
from ishizue.product import Product
from ishizue.settings import SettingsError

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
    product: Product, description: str, own: Mapping[str, str]
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


def identifier(text: str) -> int:
    """An id as an argument. Raises ArgumentTypeError outside the range of a column."""
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 2**31):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {2**31 - 1}")
    return int(text)


def main(product: Product, run: Callable[[], int]) -> NoReturn:
    """Run a command and exit with its code; an error is one line."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    try:
        sys.exit(run())
    except (Failure, SettingsError) as error:
        print(f"{product.command}: {error}", file=sys.stderr)
        sys.exit(error.code if isinstance(error, Failure) else 2)
    except KeyboardInterrupt:
        sys.exit(130)
