"""The packages to check: those locked here, and those in an image."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import ishizue_ops
from ishizue_ops import programs, project
from ishizue_ops.audit.osv import Package

_IN_IMAGE = """
. /etc/os-release && echo "release $ID $VERSION_ID"
dpkg-query --show --showformat='debian ${source:Package} ${source:Version}\\n'
python -c 'from importlib.metadata import distributions
for each in distributions(): print("python", each.name, each.version)'
"""


def ours() -> set[str]:
    """The distributions that are installed by path: no index has them."""
    return {"ishizue", "ishizue-ops", project.names().slug}


class NoImage(Exception):
    """The image cannot be run, or is not Debian; the message is one line."""


def locked() -> list[Package]:
    """Everything in requirements/ and in the package-lock.json files."""
    packages = set()
    for file in Path("requirements").glob("*.txt"):
        for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", file.read_text(), re.M):
            packages.add(Package("PyPI", name, version))
    for file in package_locks():
        lock = json.loads(file.read_text())
        for path, entry in lock["packages"].items():
            if path:
                name = entry.get("name") or path.rpartition("node_modules/")[2]
                packages.add(Package("npm", name, entry["version"]))
    return sorted(packages)


def package_locks() -> Iterator[Path]:
    """Each package-lock.json here, without those of installed packages."""
    for folder in (Path(ishizue_ops.__file__).parent, Path("tests"), Path("tools")):
        for file in folder.rglob("package-lock.json"):
            if "node_modules" not in file.parts:
                yield file


def installed(image: str) -> list[Package]:
    """Debian's source packages and the Python packages in an image that Docker has.

    Raises NoImage.
    """
    command = ["docker", "run", "--rm", "--network", "none", "--entrypoint", "sh", image]
    command += ["-euc", _IN_IMAGE]
    said = programs.run(command, NoImage, f"docker cannot run {image}", timeout=120)
    packages = set()
    ecosystem = ""
    for line in said.splitlines():
        kind, name, version = line.split()
        if kind == "release":
            if name != "debian":
                raise NoImage(f"{image} is {name}, not debian")
            ecosystem = f"Debian:{version}"
        elif name not in ours():
            packages.add(Package(ecosystem if kind == "debian" else "PyPI", name, version))
    return sorted(packages)
