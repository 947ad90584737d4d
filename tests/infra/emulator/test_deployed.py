"""`make deploy-emulated` with the real CDK CLI."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.emulator.conftest import needs_emulator

pytestmark = [pytest.mark.slow(seconds=70), pytest.mark.external, needs_emulator]

ROOT = Path(__file__).parents[3]


def rehearsed(**variables: str) -> str:
    """Run the command beside an operator's credentials; it must succeed. Returns its output."""
    environ = {
        **os.environ,
        "DOMAIN": "",
        "TASKS": "2",
        **variables,
        "PYTHONUNBUFFERED": "1",
        "AWS_PROFILE": "an-operators-own",
        "AWS_SESSION_TOKEN": "an-operators-own",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "ishizue_ops.emulator"],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as command:
        try:
            said, complained = command.communicate(timeout=900)
        finally:
            if command.poll() is None:
                command.send_signal(signal.SIGINT)
                command.communicate(timeout=30)
    assert command.returncode == 0, said[-3000:] + complained
    return said


@pytest.mark.parametrize(
    ("database", "variables"),
    [
        ("rds", {"GITHUB_REPOSITORY": "owner/name"}),
        pytest.param("aurora", {"GITHUB_REPOSITORY": "none"}, marks=pytest.mark.long),
        pytest.param(
            "none",
            {"CDN": "on", "WAF": "on", "TASK_CPU": "512"},
            marks=pytest.mark.long,
        ),
    ],
    ids=["rds", "aurora", "cdn"],
)
def test_the_design_is_deployed_released_switched_and_destroyed(
    database: str, variables: dict[str, str]
) -> None:
    said = rehearsed(DATABASE=database, **variables)
    other = "rds" if database == "none" else "none"
    assert said.count("cdk diff: no differences") == 2
    assert f"== From {database} to {other}, in one deployment" in said
    assert f"== From {other} to {database}, in one deployment" in said
    assert re.search("AWS::ECR::Repository .*: deleted", said.rpartition("== Destroy")[2])
    assert ("verify: " in said) is (variables.get("GITHUB_REPOSITORY") != "none")
    assert re.search(r"[1-9]\d+ requests simulated; [1-9]\d+ rights are needed", said)
    if "CDN" in variables:
        assert "invalidate: every edge asks the tasks again" in said
