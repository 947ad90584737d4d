"""`make deploy-emulated`, as its user runs it: the real CDK CLI against the emulator."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.processes import arguments, children

from infra.emulator import process

pytestmark = [pytest.mark.slow, pytest.mark.external]

ROOT = Path(__file__).parents[3]

needs_emulator = pytest.mark.skipif(
    not process.PYTHON.exists(), reason="the emulator is not installed: make test-all installs it"
)


@contextmanager
def started(database: str) -> Iterator[subprocess.Popen[str]]:
    """The command, with credentials around it that it must not use; ended with the block."""
    environ = {
        **os.environ,
        "DATABASE": database,
        "DOMAIN": "",
        "TASKS": "2",
        "PYTHONUNBUFFERED": "1",
        "AWS_PROFILE": "an-operators-own",
        "AWS_SESSION_TOKEN": "an-operators-own",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "infra.emulator"],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as command:
        try:
            yield command
        finally:
            if command.poll() is None:
                command.send_signal(signal.SIGINT)
                command.communicate(timeout=30)


@needs_emulator
@pytest.mark.parametrize("database", ["rds", "aurora"])
def test_the_design_is_deployed_compared_switched_to_none_and_back_and_destroyed(
    database: str,
) -> None:
    with started(database) as command:
        said, complained = command.communicate(timeout=600)
    assert command.returncode == 0, said[-3000:] + complained
    assert said.count("cdk diff: no differences") == 2
    assert "settings: deployed with " in said
    assert f"== From {database} to none, in one deployment" in said
    assert f"== From none to {database}, in one deployment" in said
    assert said.count("lines hold") == 3
    assert "| NO " not in said
    assert "AWS::ECR::Repository" in said.rpartition("left behind")[2]
    assert said.strip().endswith("every line of the document holds")


@needs_emulator
def test_ctrl_c_ends_the_emulator_too() -> None:
    with started("rds") as command:
        assert command.stdout is not None
        said = iter(command.stdout)
        assert any(line.startswith("credentials") for line in said)
        [emulator] = [child for child in children(command.pid) if "extension" in arguments(child)]
        command.send_signal(signal.SIGINT)
        command.communicate(timeout=30)
    assert command.returncode == 130
    for _ in range(100):
        if not Path(f"/proc/{emulator}").exists():
            return
        time.sleep(0.1)
    raise AssertionError("the emulator serves on")
