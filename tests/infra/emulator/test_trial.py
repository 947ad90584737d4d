"""`make trial` on the emulator, whole and interrupted: the same code with other credentials.

The emulator starts no task and asks no page: its extension fails the bad release's definition.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from ishizue_ops.deploy.cdk import cli
from ishizue_ops.emulator.process import Emulator
from ishizue_ops.emulator.rehearsal import push_image
from ishizue_ops.trial.steps import Trial, settings
from tests.infra.emulator.conftest import needs_emulator

pytestmark = [pytest.mark.slow(seconds=30), pytest.mark.external, needs_emulator]

GIVEN = {"ENVIRONMENT": "tried", "TRIAL_USD": "100"}
REGIONS = ("ap-northeast-1", "ap-northeast-2", "us-east-1")


@pytest.fixture
def make(emulator: Emulator, tmp_path: Path) -> Callable[..., Trial]:
    """A trial whose operator types these answers; its shell says what it was asked to run."""
    assert emulator.folder
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "bash").write_text('#!/bin/sh\necho "$2, in $ENVIRONMENT of $REGION"\n')
    (programs / "bash").chmod(0o755)
    environ = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    environ |= {"CDK_REQUIRE_APPROVAL": "never", **GIVEN}

    def made(*answers: str, **options: Any) -> Trial:
        small, large = settings(environ)
        session = boto3.Session(region_name=small.region)
        typed = iter(answers)
        given = {
            "push": lambda uri, _: push_image(session, uri),
            "cdk": lambda arguments: cli.run(arguments, environ=environ, log=tmp_path / "cdk.log"),
            "ask": lambda _: next(typed),
            "environ": environ,
            "lookup": lambda _name, _kind: set[str](),
            **options,
        }
        return Trial(
            small=small, large=large, session=session, folder=tmp_path, seconds=0.01, **given
        )

    return made


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


def nothing_is_left() -> None:
    """But the account's bootstrap, which other environments may use."""
    assert stacks() == {"CDKToolkit"}
    for region in REGIONS:
        session = boto3.Session(region_name=region)
        repositories = session.client("ecr").describe_repositories()["repositories"]
        assert all(each["repositoryName"].startswith("cdk-") for each in repositories)
        assert session.client("rds").describe_db_instances()["DBInstances"] == []
        assert session.client("rds").describe_db_snapshots()["DBSnapshots"] == []
        assert session.client("logs").describe_log_groups()["logGroups"] == []
    buckets = boto3.client("s3").list_buckets()["Buckets"]
    assert all(each["Name"].startswith("cdk-") for each in buckets)


def test_a_trial_from_nothing_to_nothing(
    make: Callable[..., Trial], capsys: pytest.CaptureFixture[str]
) -> None:
    assert make("tried").run() == []
    said = capsys.readouterr().out
    steps = ("== ", "A command in a task", "A good release", "taken back, as it must be", "Drift")
    assert all(step in said for step in steps)
    assert ". infra/operations.sh && run_once migrate, in tried of ap-northeast-1" in said
    assert "AWS::KMS::Key" in said.rpartition("What is left")[2]
    assert "AWS deletes it on 20" in said
    nothing_is_left()


def test_a_trial_that_is_interrupted_ends_too(
    make: Callable[..., Trial], capsys: pytest.CaptureFixture[str]
) -> None:
    """The signal comes before the image is deployed: a stack, images and secrets are there."""

    def interrupting(uri: str, config: Any) -> str:
        digest = push_image(boto3.Session(region_name=config.region), uri)
        os.kill(os.getpid(), signal.SIGINT)
        return digest

    assert make("tried", push=interrupting).run() == ["interrupted"]
    assert "nothing is billed" in capsys.readouterr().out
    nothing_is_left()
