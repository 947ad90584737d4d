"""`make destroy` on the emulator: a protected environment goes, and another one stays as it was."""

import boto3
import pytest

from ishizue_ops.destroy.__main__ import deployed, destroy
from ishizue_ops.project import read
from tests.infra.emulator.conftest import Deploy, needs_emulator

pytestmark = [pytest.mark.slow(seconds=40), pytest.mark.external, needs_emulator]

GIVEN = {"DATABASE": "rds", "DOMAIN": "none", "TASKS": "2"}


def stacks() -> set[str]:
    """The names of the account's stacks."""
    names = set[str]()
    for region in ("ap-northeast-1", "us-east-1"):
        lists = boto3.client("cloudformation", region_name=region).get_paginator("list_stacks")
        there = "StackSummaries[?StackStatus != 'DELETE_COMPLETE'].StackName"
        names |= {*lists.paginate().search(there)}
    return names


def has(environment: str) -> set[str]:
    """The names of an environment's resources that the account has in this region."""
    session = boto3.Session(region_name="ap-northeast-1")
    groups = session.client("logs").describe_log_groups()["logGroups"]
    secrets = session.client("secretsmanager").list_secrets()["SecretList"]
    repositories = session.client("ecr").describe_repositories()["repositories"]
    databases = session.client("rds").describe_db_instances()["DBInstances"]
    zones = session.client("route53").list_hosted_zones()["HostedZones"]
    names = [
        *(each["logGroupName"] for each in groups),
        *(each["Name"] for each in secrets if "DeletedDate" not in each),
        *(each["repositoryName"] for each in repositories),
        *(each["DBInstanceIdentifier"] for each in databases),
        *(each["Name"] for each in boto3.client("s3").list_buckets()["Buckets"]),
        *(each["Name"] for each in zones),
        *stacks(),
    ]
    return {name for name in names if environment in name.lower()}


def test_an_environment_is_ended_beside_another_one_whose_name_begins_alike(
    deploy: Deploy, capsys: pytest.CaptureFixture[str]
) -> None:
    domain = "stag.example.com"
    deploy(**GIVEN, ENVIRONMENT="staging")
    beside = has("staging")
    deploy(**GIVEN | {"DOMAIN": domain}, ENVIRONMENT="stag", GITHUB_REPOSITORY="owner/name")
    session = boto3.Session(region_name="ap-northeast-1")
    config, _ = deployed(session, {"ENVIRONMENT": "stag"})
    assert (config.domain, config.database) == (domain, "rds")
    before = has("stag")
    typed = ["", "staging", "production"]
    while typed:
        assert destroy(config, session, keep_snapshot=True, ask=lambda _: typed.pop()) == 1
        assert "nothing was deleted: stag was not typed" in capsys.readouterr().out
    assert has("stag") == before
    assert destroy(config, session, keep_snapshot=True, ask=lambda _: "stag", seconds=0.01) == 0
    said = capsys.readouterr().out
    assert "USD a month, without visitors" in said
    assert "kept" in said.rpartition("AWS::")[2] or "snapshot" in said
    assert has("stag") == has("staging") == beside
    assert destroy(read({"ENVIRONMENT": "stag"}), session, keep_snapshot=True) == 1
    assert "there is no stag of KiroSample" in capsys.readouterr().out
