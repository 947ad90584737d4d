"""`python -m tools.fleet.network FOLDER`: who reaches whom in the network of a folder's templates.

Exit code 1 if that is not what the template says.
"""

import sys
from pathlib import Path

from infra.checks.template import load
from tools.fleet import sandbox
from tools.fleet.network.reach import compare


def main(folder: Path) -> int:
    design = load(folder)
    sandbox.enter()
    found = compare(design)
    print(found, *found.differences, sep="\n  ")
    return 1 if found.differences else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
