"""The files of examples/bookshelf that its own tests do not read: image, workflows, locks."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from ishizue.testing.processes import printed
from tools.new import EXAMPLE, ROOT

WORKFLOWS = Path(".github", "workflows")
JOBS = ("ci", "deploy", "release")


@pytest.mark.parametrize(
    "command",
    [
        ["hadolint", "Dockerfile"],
        ["zizmor", "--offline", "--no-progress", "--persona=auditor", ".github"],
        ["actionlint", *(str(path) for path in sorted((EXAMPLE / WORKFLOWS).glob("*.yml")))],
    ],
    ids=lambda command: command[0],
)
def test_the_linters_find_nothing(command: list[str]) -> None:
    program = Path(sys.executable).with_name(command[0])
    printed(program, *command[1:], cwd=EXAMPLE)


@pytest.mark.parametrize(
    "name", ["Dockerfile", "compose.yaml", *(f"{WORKFLOWS}/{one}.yml" for one in JOBS)]
)
def test_its_images_and_actions_are_those_of_this_repository(name: str) -> None:
    mine, ours = (_pinned(root / name) for root in (EXAMPLE, ROOT))
    assert mine
    assert mine <= ours


def _pinned(file: Path) -> set[str]:
    return set(re.findall(r"\S+@(?:sha256:)?[0-9a-f]{40,64}\b", file.read_text()))


def test_a_release_has_the_settings_of_this_repositorys() -> None:
    mine, ours = (release(root) for root in (EXAMPLE, ROOT))
    assert mine["synth"]["env"] == ours["synth"]["env"]
    runs = [
        [step["run"] for step in one["release"]["steps"] if "release " in step.get("run", "")]
        for one in (mine, ours)
    ]
    assert [run.replace("bookshelf", "kirosample") for run in runs[0]] == runs[1]


def release(root: Path) -> dict[str, Any]:
    jobs: dict[str, Any] = yaml.safe_load((root / WORKFLOWS / "release.yml").read_text())["jobs"]
    return jobs


def test_its_readme_names_what_exists() -> None:
    text = (EXAMPLE / "README.md").read_text()
    assert_targets_exist(text)
    found = {path for path in re.findall(r"`([\w./-]+)`", text) if "/" in path.strip("/.")}
    made = {
        "books/migrations/0002_reviews.sql",
        "books/reviews.py",
        "docs/operations.md",
        "infra/operations.sh",
    }
    missing = [
        path
        for path in found - made
        if not path.startswith("/")
        and not any((root / path).exists() for root in (EXAMPLE, EXAMPLE / "src" / "bookshelf"))
    ]
    assert missing == []


def assert_targets_exist(text: str) -> None:
    named = set(re.findall(r"(?:`|&& |^)make\s([a-z-]+)", text, re.MULTILINE))
    targets = set(re.findall(r"^([a-z-]+):", (EXAMPLE / "Makefile").read_text(), re.MULTILINE))
    assert len(named) > 5
    assert named <= targets


def test_its_locks_have_this_repositorys_versions() -> None:
    """`make lock` keeps it so."""
    for lock in sorted((EXAMPLE / "requirements").glob("*.txt")):
        here = "emulator" if lock.stem == "emulator" else "dev" if lock.stem != "build" else "build"
        ours = pins(ROOT / "requirements" / f"{here}.txt")
        for name, found in pins(lock).items():
            assert found <= ours[name], f"{lock.name}: {name}"


def pins(lock: Path) -> dict[str, set[str]]:
    """The versions of each package; more than one where they depend on Python."""
    found: dict[str, set[str]] = {}
    for package, pin in re.findall(r"^([\w.-]+)==([^\s;]+)", lock.read_text(), re.MULTILINE):
        found.setdefault(package, set()).add(pin)
    return found
