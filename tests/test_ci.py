"""`.ci/install` and `.ci/run` with stand-ins for the programs they call, and GitHub's jobs."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PARTS = ["check audit", "test", "test-rest"]

V1 = 'test "$*" = "version --short" && echo 1.29.2'
V2 = 'test "$*" = "version --short" && echo v2.40.3'
PLUGIN = 'test "$1 $2" = "compose version" && echo 5.1.3'


def machine(folder: Path, programs: Mapping[str, str]) -> str:
    """A PATH with these shell scripts as programs, and what the scripts need of a system."""
    for name in ("bash", "dirname", "env", "id", "nice"):
        folder.joinpath(name).symlink_to(str(shutil.which(name)))
    for name, script in programs.items():
        file = folder / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
    return str(folder)


def script(name: str, path: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / ".ci" / name], env={"PATH": path}, capture_output=True, text=True, timeout=20
    )


@pytest.mark.parametrize(
    ("programs", "known", "installed"),
    [
        ({"docker": PLUGIN}, "docker-compose", set()),  # GitHub's machines
        ({"docker-compose": V2}, "docker-compose", set()),
        ({}, "docker-compose", {"docker-compose"}),  # Debian
        ({}, "docker-compose docker-compose-v2", {"docker-compose-v2"}),  # Ubuntu
        ({"docker-compose": V1}, "docker-compose docker-compose-v2", {"docker-compose-v2"}),
    ],
)
def test_install_adds_compose_unless_version_2_or_later_is_there(
    programs: Mapping[str, str], known: str, installed: set[str], tmp_path: Path
) -> None:
    log = tmp_path / "installed"
    system = {
        "sudo": 'exec "$@"',
        "apt-cache": f'case " {known} " in *" $2 "*) ;; *) exit 100 ;; esac',
        "apt-get": f'for last; do :; done; echo "$last" >>{log}',
    }
    done = script("install", machine(tmp_path, {**system, **programs}))
    assert (done.returncode, done.stderr) == (0, "")
    assert {name for name in log.read_text().split() if "compose" in name} == installed


def run(folder: Path, *, fails: str = "") -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """The result of `.ci/run`, and the targets of each call of make; those in `fails` fail."""
    log = folder / "called"
    make = f'echo "$*" >>{log}; test "$*" != "{fails}" && test "$*" != "--keep-going {fails}"'
    system = dict.fromkeys(("sudo", "apt-cache", "apt-get"), "exit 0")
    done = script("run", machine(folder, {"make": make, "docker": PLUGIN, **system}))
    return done, [line.removeprefix("--keep-going ") for line in log.read_text().splitlines()]


def test_both_environments_are_installed_before_two_makes_run_at_once(tmp_path: Path) -> None:
    done, (first, *others) = run(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert first == ".venv/dev.installed .venv-emulator/installed"
    assert sorted(others) == PARTS


@pytest.mark.parametrize("part", PARTS)
def test_every_part_runs_even_if_one_fails(part: str, tmp_path: Path) -> None:
    done, (_, *others) = run(tmp_path, fails=part)
    assert sorted(others) == PARTS
    assert (done.returncode, done.stderr) == (1, f"Failed: make {part}\n")


def test_it_stops_if_the_environments_cannot_be_installed(tmp_path: Path) -> None:
    done, called = run(tmp_path, fails=".venv/dev.installed .venv-emulator/installed")
    assert done.returncode == 1
    assert len(called) == 1


def test_github_runs_the_same_targets_in_one_job_each() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["targets"] == PARTS
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert {target for part in PARTS for target in part.split()} <= set(targets)
