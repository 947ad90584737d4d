"""The simulation: a sound account passes, and what is too little or too much is named."""

import json
from pathlib import Path
from typing import Any

import pytest

from ishizue_ops.iam import check
from ishizue_ops.iam.check import Result
from ishizue_ops.iam.record import Record, read
from ishizue_ops.names import OWN
from ishizue_ops.project import read as settings
from ishizue_ops.template import Design

Entry = dict[str, Any]


@pytest.fixture
def entries() -> list[Entry]:
    """A record as the emulator writes it.

    The CDK assumes its role, the migration runs, and there are an alarm, a nightly job, and a
    function in the network, whose role has a policy of AWS's; a bucket tells a queue and the
    function of uploads, which a CloudFront shows.
    """
    lines = Path(__file__).with_name("release.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def recorded(folder: Path, entries: list[Entry]) -> Record:
    file = folder / "record.jsonl"
    file.write_text("".join(f"{json.dumps(entry)}\n" for entry in entries))
    return read(file)


def checked(folder: Path, entries: list[Entry], **variables: str) -> Result:
    made = {
        each["logical_id"]: {
            "Type": each["resource"],
            "Properties": each["properties"],
            "Metadata": each.get("metadata", {}),
        }
        for each in entries
        if each.get("stack") == "State"
    }
    design = Design({"State": {"Metadata": {OWN: ["*"]}, "Resources": made}})
    return check.check(recorded(folder, entries), settings(variables), design)


def properties(entries: list[Entry], logical_id: str) -> Entry:
    [entry] = [each for each in entries if each.get("logical_id") == logical_id]
    values: Entry = entry["properties"]
    return values


def of_policy(values: Entry, name: str = "PolicyDocument") -> list[Entry]:
    statements: list[Entry] = values[name]["Statement"]
    return statements


@pytest.mark.external
def test_in_a_sound_account_each_call_is_allowed_and_each_right_needed(
    entries: list[Entry], tmp_path: Path
) -> None:
    sound = checked(tmp_path, entries)
    assert (sound.complaints, sound.unneeded) == ([], [])
    asked = [case.name for case in sound.cases if case.source == "may()"]
    assert asked == ["TaskRole: sns:Publish on alarms (may())"], "what it declares"
    unrehearsed = checked(tmp_path, entries, GITHUB_REPOSITORY="acme/service").complaints
    assert "the pipeline calls ecs:StopTask, and no rehearsal" in unrehearsed
    assert all(line.endswith("no rehearsal") for line in unrehearsed)


@pytest.mark.external
def test_too_little_and_too_much_are_named(entries: list[Entry], tmp_path: Path) -> None:
    pipeline = of_policy(properties(entries, "PipelineRole01234567")["Policies"][0])
    pipeline.remove(next(entry for entry in pipeline if entry["Action"] == "sts:AssumeRole"))
    next(entry for entry in pipeline if entry["Action"] == "ecs:RunTask")["Resource"] += "other"
    nightly = of_policy(properties(entries, "NightlyRole")["Policies"][0])
    nightly.remove(next(entry for entry in nightly if entry["Action"] == "iam:PassRole"))
    nightly[0]["Resource"] = nightly[0]["Resource"].partition("/")[0] + "/*"
    execution = of_policy(properties(entries, "ExecutionRoleDefaultPolicy"))
    execution.append({**execution[0], "Action": "ecr:DescribeRegistry"})
    [trust] = of_policy(properties(entries, "ExecutionRole"), "AssumeRolePolicyDocument")
    trust["Principal"]["Service"] = "ecs.amazonaws.com"
    alarms = of_policy(properties(entries, "AlarmsPolicy"))
    alarms.append({**alarms[0], "Action": "sns:GetTopicAttributes"})
    denied = {"Effect": "Deny", "Principal": {"AWS": properties(entries, "App")["TaskRoleArn"]}}
    alarms.append({**denied, "Action": "sns:Publish", "Resource": alarms[0]["Resource"]})
    result = checked(tmp_path, entries)
    assert [str(finding.why) for finding in result.unneeded] == [
        f"{right} is not needed by any call"
        for right in (
            "State: AlarmsPolicy, cloudwatch.amazonaws.com: sns:GetTopicAttributes",
            "State: ExecutionRole/DefaultPolicy: ecr:DescribeRegistry",
            "State: ExecutionRole/trust, ecs.amazonaws.com: sts:AssumeRole",
        )
    ]
    assert sorted(line.partition(" on ")[0] for line in result.complaints) == [
        "another environment's: NightlyRole: ecs:RunTask",
        "refused: NightlyRole: iam:PassRole",
        "refused: PipelineRole: ecs:RunTask",
        "refused: PipelineRole: sts:AssumeRole",
        "refused: TaskRole: sns:Publish",
        "refused: ecs-tasks.amazonaws.com: sts:AssumeRole",
    ]


@pytest.mark.external
def test_a_service_calls_for_the_resource_that_a_policy_names_and_for_no_other(
    entries: list[Entry], tmp_path: Path
) -> None:
    policies = ("UploadsPolicy", "QueuePolicy", "FunctionRole", "InvokedByBucket")
    changed = json.loads(
        json.dumps([each for each in entries if each.get("logical_id") in policies])
        .replace(":distribution/E1", ":distribution/E2")
        .replace('"arn:aws:s3:::notes-uploads"', '"arn:aws:s3:::notes-others"')
        .replace('"aws:SourceArn": "arn:aws:lambda:', '"aws:SourceArn": "arn:aws:lambda:other')
    )
    others = [each for each in entries if each.get("logical_id") not in policies]
    refused = checked(tmp_path, [*others, *changed]).complaints
    assert sorted(line.partition(" on ")[0] for line in refused) == [
        "refused: cloudfront.amazonaws.com: s3:GetObject",
        "refused: lambda.amazonaws.com: sts:AssumeRole",
        "refused: s3.amazonaws.com: lambda:InvokeFunction",
        "refused: s3.amazonaws.com: sqs:SendMessage",
    ]


def test_a_resource_is_as_it_was_last(tmp_path: Path) -> None:
    key = {"resource": "AWS::IAM::Role", "region": "ap-northeast-1"}
    made = {"logical_id": "RoleABCDEF01", "stack": "State", "properties": {"Description": "old"}}
    role = {**key, **made, "id": "role-1"}
    # The CDK's bootstrap has policies of one id in each region.
    there = {**role, "region": "elsewhere"}
    replaced = {**key, "id": "role-1", "becomes": "role-2", "properties": {"Description": "new"}}
    gone = {**key, "id": "role-2", "becomes": None}
    roles = recorded(tmp_path, [role, there, replaced]).resources
    assert [(role.name, role.stack, role.id, role.properties["Description"]) for role in roles] == [
        ("Role", "State", "role-1", "old"),
        ("Role", "State", "role-2", "new"),
    ]
    assert recorded(tmp_path, [role, replaced, gone]).resources == []
