"""The locked versions fit together."""

import re
import sys
from pathlib import Path

import pytest

from ishizue.testing.processes import printed

ROOT = Path(__file__).parents[1]
LOCKS = [
    *ROOT.glob("requirements/*.txt"),
    *ROOT.glob("examples/*/requirements/*.txt"),
]
OTHERS = {"build": "build", "emulator": "emulator"}
"""Locks of environments of their own; all others are parts of the one for development."""


def test_installed_packages_satisfy_each_others_requirements() -> None:
    uv = Path(sys.executable).with_name("uv")
    printed(uv, "pip", "check", "--offline", "--python", sys.executable)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: f"{lock.parents[1].name}-{lock.stem}")
def test_a_package_has_the_same_version_in_all_lock_files(lock: Path) -> None:
    """`make lock` keeps it so."""
    newest = pins(ROOT / "requirements" / f"{OTHERS.get(lock.stem, 'dev')}.txt")
    locked = pins(lock)
    assert locked
    for name, versions in locked.items():
        assert versions == newest[name], name


def pins(lock: Path) -> dict[str, set[str]]:
    """The versions of each package; more than one where they depend on Python."""
    versions: dict[str, set[str]] = {}
    for package, pin in re.findall(r"^([\w.-]+)==([^\s;]+)", lock.read_text(), re.MULTILINE):
        versions.setdefault(package, set()).add(pin)
    return versions
