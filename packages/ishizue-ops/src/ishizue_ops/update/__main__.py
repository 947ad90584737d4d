"""`ishizue-ops update FOLDER`: replace the packages in a service's `vendor/`.

FOLDER is a checkout of the repository that has the packages, of which wheels are built, or a folder
of wheels. Prints what each changelog has since the replaced version.
"""

import argparse
import hashlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from ishizue_ops import programs

VENDOR = Path("vendor")

PACKAGES = {"ishizue": "serve.txt", "ishizue-ops": "dev.txt"}
"""The packages, and the file in `vendor/` that installs each: the second one never serves."""

_EPOCH = "315532800"
"""The time of every file in a wheel, 1980: the same sources are the same bytes."""


class UpdateError(Exception):
    """There is nothing to update from, or it cannot be built; the message is one line."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command: 0; 1 with one line if it fails, 2 for a missing argument."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", help="a checkout, or a folder of wheels")
    given: str = parser.parse_args(arguments).folder
    if not given:
        parser.error("name a checkout or a folder of wheels: make update PACKAGES=…")
    folder = Path(given)
    before = {package: version(VENDOR, package) for package in PACKAGES}
    try:
        with tempfile.TemporaryDirectory() as made:
            wheels = folder
            if (folder / "packages").is_dir():
                wheels = Path(made)
                build(folder, wheels)
            replaced = write(wheels, VENDOR)
    except (UpdateError, OSError) as error:
        print(f"update: {error}", file=sys.stderr)
        return 1
    for package, old in before.items():
        if package not in replaced:
            print(f"{package} {old}: nothing has changed")
            continue
        print(f"{package} {old} → {version(VENDOR, package)}")
        changelog = folder / "packages" / package / "CHANGELOG.md"
        if changelog.exists():
            print(f"\n{changes(changelog.read_text(encoding='utf-8'), old)}\n")
    return 0


def tracked(folder: Path) -> Iterator[Path]:
    """The files of a folder that git tracks, relative to it. Raises UpdateError."""
    failure = f"{folder} is no folder of a git repository, use a clone"
    said = programs.run(["git", "ls-files", "-z"], UpdateError, failure, cwd=folder)
    names = filter(None, said.split("\0"))
    return (Path(name) for name in names if (folder / name).is_file())


def build(checkout: Path, into: Path) -> None:
    """Build the wheels of a checkout, of what git tracks. Raises UpdateError."""
    for package in PACKAGES:
        with tempfile.TemporaryDirectory() as folder:
            source = checkout / "packages" / package
            for file in tracked(source):
                copy = Path(folder, file)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source / file, copy)
            programs.run(
                [sys.executable, "-m", "flit_core.wheel", "--outdir", into.absolute(), folder],
                UpdateError,
                f"{source} cannot be built",
                env={**os.environ, "SOURCE_DATE_EPOCH": _EPOCH},
            )


def write(wheels: Path, vendor: Path) -> set[str]:
    """Put the wheels into `vendor`, and the files that install them by path and hash.

    Returns the packages that differ from what was there. Raises UpdateError, and changes nothing
    then.
    """
    built = {package: _wheel(wheels, package) for package in PACKAGES}
    replaced = set[str]()
    for package, wheel in built.items():
        content = wheel.read_bytes()
        line = f"./vendor/{wheel.name} --hash=sha256:{hashlib.sha256(content).hexdigest()}\n"
        lock = vendor / PACKAGES[package]
        if lock.exists() and lock.read_text(encoding="utf-8") == line:
            continue
        replaced.add(package)
        for old in vendor.glob(_pattern(package)):
            old.unlink()
        (vendor / wheel.name).write_bytes(content)
        lock.write_text(line, encoding="utf-8")
    return replaced


def version(vendor: Path, package: str) -> str:
    """A package's version in a service's folder; `none` without a wheel."""
    wheels = vendor.glob(_pattern(package))
    return next((wheel.name.split("-")[1] for wheel in wheels), "none")


def changes(changelog: str, since: str) -> str:
    """The sections of a changelog above that of a version."""
    sections = re.split(r"^(?=## )", changelog, flags=re.MULTILINE)[1:]
    newer: list[str] = []
    for section in sections:
        if re.match(rf"## {re.escape(since)}\b", section):
            break
        newer.append(section)
    return "".join(newer).strip()


def _pattern(package: str) -> str:
    return f"{package.replace('-', '_')}-*.whl"


def _wheel(folder: Path, package: str) -> Path:
    matching = list(folder.glob(_pattern(package)))
    if len(matching) != 1:
        raise UpdateError(
            f"{folder} has {len(matching) or 'no'} wheels of {package}, and no packages/"
        )
    return matching[0]


if __name__ == "__main__":
    sys.exit(main())
