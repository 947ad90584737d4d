"""The packages to check: those locked here."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import ishizue_ops
from ishizue_ops.audit.osv import Package


def locked() -> list[Package]:
    """Everything in requirements/ and in the package-lock.json files."""
    found = set()
    for file in Path("requirements").glob("*.txt"):
        for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", file.read_text(), re.M):
            found.add(Package("PyPI", name, version))
    for file in package_locks():
        lock = json.loads(file.read_text())
        for path, entry in lock["packages"].items():
            if path:
                name = entry.get("name") or path.rpartition("node_modules/")[2]
                found.add(Package("npm", name, entry["version"]))
    return sorted(found)


def package_locks() -> Iterator[Path]:
    """Each package-lock.json here, without those of installed packages."""
    for folder in (Path(ishizue_ops.__file__).parent, Path("tests"), Path("tools")):
        for file in folder.rglob("package-lock.json"):
            if "node_modules" not in file.parts:
                yield file
