"""The locked versions fit together."""

import re
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

from ishizue_ops.audit import packages

ROOT = Path(__file__).parents[1]
EMULATOR = ROOT / ".venv-emulator" / "bin" / "python"


@pytest.mark.parametrize(
    "python",
    [Path(sys.executable), pytest.param(EMULATOR, marks=pytest.mark.external)],
    ids=["here", "emulator"],
)
def test_installed_packages_satisfy_each_others_requirements(python: Path) -> None:
    if not python.exists():
        pytest.skip("the emulator is not installed: make test-all installs it")
    uv = Path(sys.executable).with_name("uv")
    done = subprocess.run(
        [uv, "pip", "check", "--offline", "--python", python],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_package_has_the_same_version_in_all_lock_files() -> None:
    pins = {name: _pins(name) for name in ("serve", "run", "dev", "reload", "release")}
    assert len(pins["dev"]) > 50
    for name, found in pins.items():
        assert {each: pins["dev"].get(each) for each in found} == found, name


def _pins(name: str) -> dict[str, set[str]]:
    """The versions of each package; more than one where they depend on Python."""
    found: dict[str, set[str]] = {}
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    for package, pin in re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE):
        found.setdefault(package, set()).add(pin)
    return found


def test_every_installed_package_is_locked() -> None:
    names = {package.name.replace("_", "-").lower() for package in packages.locked()}
    here = {each.name.replace("_", "-").replace(".", "-").lower() for each in distributions()}
    assert len(here) > 50
    ours = {"kirosample", "ishizue", "ishizue-ops"}
    assert here - names <= ours | {"pip", "setuptools", "wheel"}
