"""The files of examples/bookshelf that its own tests do not read: image and workflows."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.new import EXAMPLE, ROOT

WORKFLOWS = Path(".github", "workflows")
JOBS = ("ci", "deploy", "release")


@pytest.mark.parametrize(
    "name", ["Dockerfile", "compose.yaml", *(f"{WORKFLOWS}/{job}.yml" for job in JOBS)]
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
        [step["run"] for step in jobs["release"]["steps"] if "release " in step.get("run", "")]
        for jobs in (mine, ours)
    ]
    assert [run.replace("bookshelf", "kirosample") for run in runs[0]] == runs[1]


def release(root: Path) -> dict[str, Any]:
    jobs: dict[str, Any] = yaml.safe_load((root / WORKFLOWS / "release.yml").read_text())["jobs"]
    return jobs


def test_its_readme_names_what_exists() -> None:
    text = (EXAMPLE / "README.md").read_text()
    assert_targets_exist(text)
    named = {path for path in re.findall(r"`([\w./-]+)`", text) if "/" in path.strip("/.")}
    made = {
        "books/migrations/0002_reviews.sql",
        "books/reviews.py",
        "docs/operations.md",
        "infra/operations.sh",
    }
    missing = [
        path
        for path in named - made
        if not path.startswith("/")
        and not any((root / path).exists() for root in (EXAMPLE, EXAMPLE / "src" / "bookshelf"))
    ]
    assert missing == []


def assert_targets_exist(text: str) -> None:
    named = set(re.findall(r"(?:`|&& |^)make\s([a-z-]+)", text, re.MULTILINE))
    targets = set(re.findall(r"^([a-z-]+):", (EXAMPLE / "Makefile").read_text(), re.MULTILINE))
    assert len(named) > 5
    assert named <= targets
