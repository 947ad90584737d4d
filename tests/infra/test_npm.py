"""npm's tools are installed whole, once per lock, without node on the machine."""

import json
import shutil
from pathlib import Path

import pytest

from infra import npm
from infra.cdk import cli

LOCKS = sorted(
    found
    for part in ("infra", "tests")
    for found in (Path(__file__).parents[2] / part).rglob("package-lock.json")
)


@pytest.fixture
def tool(tmp_path: Path) -> Path:
    """A folder with the CDK's lock, to be spoiled."""
    folder = tmp_path / "tool"
    folder.mkdir()
    for name in ("package.json", npm.LOCK):
        shutil.copy(cli.HERE / name, folder)
    return folder


def test_it_is_installed_once_for_each_lock(
    tool: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    below = tmp_path / "npm"
    first = npm.installed(tool, below)
    assert (first / "aws-cdk" / "bin" / "cdk").exists()
    (first / "mark").touch()
    assert npm.installed(tool, below) == first
    assert (first / "mark").exists()
    (tool / npm.LOCK).write_text((tool / npm.LOCK).read_text() + "\n")
    other = npm.installed(tool, below)
    assert other != first
    assert not (other / "mark").exists()


def test_what_cannot_be_installed_is_told_in_one_line_and_leaves_nothing(
    tool: Path, tmp_path: Path
) -> None:
    (tool / npm.LOCK).write_text("{}")
    below = tmp_path / "npm"
    with pytest.raises(npm.NpmError, match=r"^npm could not install tool: .+$") as failed:
        npm.installed(tool, below)
    assert "\n" not in str(failed.value)
    assert list(below.iterdir()) == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.parent.name))
def test_a_lock_pins_every_package_by_its_hash_and_names_no_registry(lock: Path) -> None:
    packages = [p for name, p in json.loads(lock.read_text())["packages"].items() if name]
    assert packages
    assert all(package["integrity"].startswith("sha512-") for package in packages)
    assert '"resolved"' not in lock.read_text()
