"""npm packages are installed once per lock file, atomically, without node on the machine."""

import json
import shutil
from pathlib import Path

import pytest

from ishizue_ops import node
from ishizue_ops.deploy.cdk import cli

LOCKS = sorted(Path(node.__file__).parent.rglob(node.LOCK))


@pytest.fixture
def tool(tmp_path: Path) -> Path:
    """A folder with the CDK's lock file."""
    folder = tmp_path / "tool"
    folder.mkdir()
    for name in ("package.json", node.LOCK):
        shutil.copy(cli.HERE / name, folder)
    return folder


def test_a_failed_installation_is_one_line_with_the_reason_and_leaves_nothing(
    tool: Path, tmp_path: Path
) -> None:
    (tool / node.LOCK).write_text("{}")
    cache = tmp_path / "npm"
    with pytest.raises(
        node.NpmError, match=r"^npm could not install tool: code [A-Z]+; .+$"
    ) as error:
        node.installed(tool, cache)
    assert "\n" not in str(error.value)
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.parent.name))
def test_a_lock_file_pins_every_package_by_its_hash_and_names_no_registry(lock: Path) -> None:
    packages = [p for name, p in json.loads(lock.read_text())["packages"].items() if name]
    assert packages
    assert all(package["integrity"].startswith("sha512-") for package in packages)
    assert '"resolved"' not in lock.read_text()
