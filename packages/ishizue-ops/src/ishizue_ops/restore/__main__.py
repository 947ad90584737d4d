"""`make restore-drill`: back a database up, lose it, restore it; exit 1 if anything differs."""

import asyncio
import sys

from ishizue.testing.postgres import OLDEST_MAJOR, system_programs
from ishizue_ops.config import ConfigError
from ishizue_ops.load.workload import workload
from ishizue_ops.restore.drill import drill


def main() -> int:
    try:
        workload()
    except ConfigError as error:
        print(f"restore: {error}", file=sys.stderr)
        return 2
    programs = system_programs()
    if programs is None:
        print(
            f"make restore-drill needs PostgreSQL {OLDEST_MAJOR} or later with pg_dump: "
            "apt-get install postgresql",
            file=sys.stderr,
        )
        return 2
    result = asyncio.run(drill(programs, programs))
    print(result.text())
    return 1 if result.failures else 0


if __name__ == "__main__":
    sys.exit(main())
