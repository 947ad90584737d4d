"""`make restore-drill`: lose a database and restore its dump; exit 1 if anything differs."""

import asyncio
import sys

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
    result = asyncio.run(drill())
    print(result.text())
    return 1 if result.failures else 0


if __name__ == "__main__":
    sys.exit(main())
