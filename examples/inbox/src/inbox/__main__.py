"""`python -m inbox COMMAND`: `run`, `work`, `purge` and those of every service."""

from ishizue import command_line

from inbox import PRODUCT, app
from inbox.settings import read
from inbox.store import SCHEMA


def main() -> None:
    """Run the command that the arguments name."""
    command_line(
        PRODUCT,
        app.build,
        worker=app.worker,
        commands={"purge": app.purge},
        schema=SCHEMA,
        read=read,
    )


if __name__ == "__main__":
    main()
