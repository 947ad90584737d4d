"""`make deploy-emulated` with the real CDK CLI."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.config import read
from infra.emulator import process
from infra.iam import page, record
from infra.iam.__main__ import RECORD
from infra.iam.check import check

pytestmark = [pytest.mark.slow, pytest.mark.external]

ROOT = Path(__file__).parents[3]

needs_emulator = pytest.mark.skipif(
    not process.PYTHON.exists(), reason="the emulator is not installed: make test-all installs it"
)


@contextmanager
def started(database: str, repository: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    """Run the command beside an operator's credentials; stop it with the block."""
    environ = {
        **os.environ,
        "DATABASE": database,
        "DOMAIN": "",
        "TASKS": "2",
        "GITHUB_REPOSITORY": repository,
        **more,
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
@pytest.mark.parametrize(
    ("database", "repository"),
    [("rds", "owner/name"), pytest.param("aurora", "none", marks=pytest.mark.long)],
)
def test_the_design_is_deployed_compared_switched_to_none_and_back_and_destroyed(
    database: str, repository: str
) -> None:
    with started(database, repository) as command:
        said, complained = command.communicate(timeout=600)
    assert command.returncode == 0, said[-3000:] + complained
    assert said.count("cdk diff: no differences") == 2
    assert "settings: the last deployment had " in said
    assert f"== From {database} to none, in one deployment" in said
    assert f"== From none to {database}, in one deployment" in said
    assert said.count(" 0 failed") == 3
    assert "| NO " not in said
    assert "AWS::ECR::Repository" in said.rpartition("left behind")[2]
    assert ("verify: " in said) is (repository != "none")
    assert re.search(r"[1-9]\d+ requests simulated; [1-9]\d+ of \d+ rights are needed", said)
    if database == "rds":
        calls = record.read(ROOT / RECORD)
        result = check(calls, read({"GITHUB_REPOSITORY": repository}))
        assert page.PAGE.read_text() == page.text(result, calls), "PERMISSIONS=--write"
    assert said.strip().endswith("every line of the design that the emulator can show holds")


@needs_emulator
@pytest.mark.long
def test_cloudfront_is_deployed_and_the_other_cdn_refused() -> None:
    with started("none", "owner/name", CDN="on", WAF="on") as command:
        said, complained = command.communicate(timeout=900)
    assert command.returncode == 0, said[-3000:] + complained
    assert "invalidate: every edge asks the tasks again" in said
    assert "CDN=off: KiroSampleService is deployed with CDN=on" in said
    assert said.count(" 0 failed") == 3
    assert "| NO " not in said
