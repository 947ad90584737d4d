"""`make restore-drill`: lose a database and restore its dump; exit 1 if anything differs.

PostgreSQL is the one that `make run` installs.
"""

import asyncio
import sys

from ishizue.postgres.setup import account_for, programs_for
from ishizue.testing.postgres import folder, major_of
from ishizue_ops.config import ConfigError
from ishizue_ops.dumps.drill import drill
from ishizue_ops.load.workload import workload
from ishizue_ops.project import localized


def main() -> int:
    """Run the command."""
    try:
        workload()
    except ConfigError as error:
        print(f"restore-drill: {localized(error)}", file=sys.stderr)
        return 2
    with folder() as path:
        programs = programs_for(account_for(path / "data"), path / "runtime")
        version = major_of(programs)
        result = asyncio.run(drill(programs))
    print(f"PostgreSQL {version}", result.text(), sep="\n")
    return 1 if result.failures else 0


if __name__ == "__main__":
    sys.exit(main())
