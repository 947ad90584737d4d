"""`.ci/run` with a `make` that only notes what it is called with, and GitHub's jobs beside it."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from tests.test_compose import PLUGIN, machine

ROOT = Path(__file__).parents[1]
PARTS = ["check audit", "test", "test-rest"]


def run(folder: Path, *, fails: str = "") -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """What it ended with, and the targets of each call of make. Those of one call may fail."""
    log = folder / "called"
    make = f'echo "$*" >>{log}; test "$*" != "{fails}" && test "$*" != "--keep-going {fails}"'
    system = dict.fromkeys(("sudo", "apt-cache", "apt-get"), "exit 0")
    path = machine(folder, {"make": make, "docker": PLUGIN, **system})
    done = subprocess.run(
        [ROOT / ".ci" / "run"], env={"PATH": path}, capture_output=True, text=True, timeout=20
    )
    return done, [line.removeprefix("--keep-going ") for line in log.read_text().splitlines()]


def test_both_environments_are_there_before_two_makes_run_at_once(tmp_path: Path) -> None:
    done, (first, *others) = run(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert first == ".venv/dev.installed .venv-emulator/installed"
    assert sorted(others) == PARTS


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_fails_hides_none_of_the_others(part: str, tmp_path: Path) -> None:
    done, (_, *others) = run(tmp_path, fails=part)
    assert sorted(others) == PARTS
    assert (done.returncode, done.stderr) == (1, f"Failed: make {part}\n")


def test_it_stops_when_there_is_nothing_to_run_the_tests_with(tmp_path: Path) -> None:
    done, called = run(tmp_path, fails=".venv/dev.installed .venv-emulator/installed")
    assert done.returncode == 1
    assert len(called) == 1


def test_github_runs_the_same_targets_each_in_a_job_of_its_own() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
    job = workflow["jobs"]["test"]
    assert job["strategy"]["matrix"]["targets"] == PARTS
    install, make = (step for step in job["steps"] if "run" in step)
    assert (install["if"], install["run"]) == ("matrix.targets == 'test-rest'", ".ci/install")
    assert make == {"run": "make --keep-going ${{ matrix.targets }}"}
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert {target for part in PARTS for target in part.split()} <= set(targets)
