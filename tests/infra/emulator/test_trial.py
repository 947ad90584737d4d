"""`make trial` on the emulator, whole and interrupted: the same code with other credentials.

The emulator starts no task, so that no page is asked for.
"""

import os
import signal
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import Mock, patch

import boto3
import pytest

from ishizue_ops.checks import __main__ as synth
from ishizue_ops.deploy.release import __main__ as release
from ishizue_ops.deploy.release.stacks import describe
from ishizue_ops.destroy.__main__ import destroy
from ishizue_ops.emulator.process import Emulator
from ishizue_ops.emulator.rehearsal import push_image
from ishizue_ops.trial import __main__ as trial
from tests.infra.emulator.conftest import needs_emulator

pytestmark = [pytest.mark.slow(seconds=30), pytest.mark.external, needs_emulator]

REGIONS = ("ap-northeast-1", "us-east-1")
BOOTSTRAP = {"CDKToolkit"}
"""Of the account, which keeps it."""


@pytest.fixture
def run(
    emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., int]]:
    """Runs the command in a folder of its own, and types the name that it asks for."""
    assert emulator.folder
    (tmp_path / "docker").write_text("")
    (tmp_path / "docker").chmod(0o755)
    monkeypatch.setattr(trial, "OUT", tmp_path)
    monkeypatch.setattr(release, "OUT", tmp_path / "cdk.out")
    monkeypatch.setattr(synth, "main", partial(synth.main, out=tmp_path / "cdk.out"))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr("builtins.input", lambda _: "tried")
    monkeypatch.setattr(trial, "smoke_test", lambda *_: print("smoke test"))
    quick = Mock(side_effect=lambda *given, **options: destroy(*given, seconds=0.01, **options))
    monkeypatch.setattr(trial, "destroy", quick)
    before = signal.getsignal(signal.SIGTERM)

    def made(push: Callable[..., str]) -> int:
        monkeypatch.setattr(trial, "push", push)
        return trial.main()

    with patch.dict(os.environ, ENVIRONMENT="tried", TRIAL_USD="100"):
        yield made
    signal.signal(signal.SIGTERM, before)


def pushed(config: Any, session: boto3.Session, *_: str) -> str:
    """Push the image without layers, which a registry has once."""
    state = describe(session.client("cloudformation"), config.names.state_stack)
    uri = state.output("RepositoryUri")
    name = uri.partition("/")[2]
    listed = session.client("ecr").describe_images(repositoryName=name)["imageDetails"]
    return listed[0]["imageDigest"] if listed else push_image(session, uri)


def interrupted(*given: Any) -> str:
    """The signal comes before the image is deployed: a stack, images and secrets are there."""
    digest = pushed(*given)
    os.kill(os.getpid(), signal.SIGINT)
    return digest


def stacks() -> set[str]:
    """The names of the account's stacks, in every region of the trial."""
    names = set()
    for region in REGIONS:
        client = boto3.client("cloudformation", region_name=region)
        for page in client.get_paginator("list_stacks").paginate():
            names |= {
                stack["StackName"]
                for stack in page["StackSummaries"]
                if stack["StackStatus"] != "DELETE_COMPLETE"
            }
    return names


@pytest.mark.parametrize(("push", "code"), [(pushed, 0), (interrupted, 1)])
def test_a_trial_goes_from_nothing_to_nothing(
    run: Callable[..., int],
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    push: Any,
    code: int,
) -> None:
    assert run(push) == code
    said = capfd.readouterr().out
    assert ("FAILED: interrupted" in said) == bool(code)
    assert [step for step in ("release verify", "smoke test") if step in said] == (
        [] if code else ["release verify", "smoke test"]
    )
    assert (tmp_path / "trial.log").exists()
    ends = said.partition("what CloudFormation did")[2]
    deleted = [line.split()[3] for line in ends.splitlines() if "DELETE_COMPLETE" in line]
    assert deleted[0] == "KiroSampleTriedState"
    assert ("KiroSampleTriedService" in deleted) == (not code)
    assert stacks() == BOOTSTRAP
    rds = boto3.client("rds", region_name=REGIONS[0])
    assert rds.describe_db_instances()["DBInstances"] == []
    assert rds.describe_db_snapshots()["DBSnapshots"] == []
    ecr = boto3.client("ecr", region_name=REGIONS[0])
    names = [each["repositoryName"] for each in ecr.describe_repositories()["repositories"]]
    assert all(name.startswith("cdk-") for name in names)
