"""The command as after `pip install` of its wheel alone."""

import subprocess
from pathlib import Path

import pytest
from alone import environment

from ishizue_ops.__main__ import COMMANDS, NEEDED

PACKAGE = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has this package and no extra."""
    return environment(tmp_path_factory.mktemp("alone"), PACKAGE)


def command(python: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    run = [str(python), "-m", "ishizue_ops", *arguments]
    return subprocess.run(run, env={}, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_without_its_extra_is_one_line_that_names_it(python: Path, name: str) -> None:
    done = command(python, name)
    assert "Traceback" not in done.stderr
    for needed in (each for each, commands in NEEDED.items() if name in commands):
        assert done.returncode == 2
        [line] = done.stderr.splitlines()
        assert line.startswith(f"ishizue-ops {name}: install {needed}, ")


@pytest.mark.parametrize(("argument", "code"), [("--help", 0), ("dance", 2)])
def test_the_commands_are_listed(python: Path, argument: str, code: int) -> None:
    done = command(python, argument)
    assert done.returncode == code
    assert (done.stderr if code else done.stdout).count("\n") == len(COMMANDS) + 1
