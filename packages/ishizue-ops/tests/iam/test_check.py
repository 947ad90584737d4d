"""The simulation: a sound account passes, and what is too little or too much is named."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from ishizue_ops.iam import calls, check, record
from ishizue_ops.iam.cases import UnknownAction, iam_action
from ishizue_ops.iam.check import Result
from ishizue_ops.iam.policies import listed
from ishizue_ops.iam.record import ACCOUNT, Record, RecordError, read
from ishizue_ops.iam.simulator import SimulatorError
from ishizue_ops.project import read as settings

Entry = dict[str, Any]
RELEASE = Path(__file__).with_name("release.jsonl")
"""A record as the emulator writes it: the CDK assumes its role, the migration runs, and there is an
alarm."""


def release() -> list[Entry]:
    return [json.loads(line) for line in RELEASE.read_text("utf-8").splitlines()]


def resource(kind: str, logical_id: str, identifier: str, **properties: Any) -> Entry:
    named = {"logical_id": logical_id, "stack": "State", "id": identifier}
    return {"resource": kind, **named, "region": "ap-northeast-1", "properties": properties}


def document(*statements: Mapping[str, Any]) -> Entry:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", **one} for one in statements],
    }


def recorded(folder: Path, *entries: Entry) -> Record:
    file = folder / "record.jsonl"
    file.write_text("".join(f"{json.dumps(entry)}\n" for entry in entries))
    return read(file)


@pytest.fixture
def simulated(tmp_path: Path) -> Callable[..., Result]:
    """Check a record, with these settings."""

    def run(entries: list[Entry], **variables: str) -> Result:
        return check.check(recorded(tmp_path, *entries), settings(variables))

    return run


def statements(entries: list[Entry], logical_id: str) -> list[Entry]:
    """Those of the policy that is this resource, or in it."""
    [one] = [each for each in entries if each.get("logical_id") == logical_id]
    inside = one["properties"].get("Policies", [one["properties"]])
    found: list[Entry] = inside[0]["PolicyDocument"]["Statement"]
    return found


@pytest.mark.external
def test_in_a_sound_account_each_right_is_needed(simulated: Callable[..., Result]) -> None:
    entries = release()
    result = simulated(entries, GITHUB_REPOSITORY="acme/service")
    unrehearsed = "the pipeline calls ecs:StopTask, and no rehearsal"
    assert unrehearsed in result.complaints
    assert all(line.endswith("no rehearsal") for line in result.complaints)
    own = {"PipelineRole/release": "PipelineRole01234567"}
    own |= {"ExecutionRole/DefaultPolicy": "ExecutionRoleDefaultPolicy"}
    provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
    assert {*map(str, result.needed)} == {
        f"State: {name}: {action}"
        for name, policy in own.items()
        for statement in statements(entries, policy)
        for action in listed(statement["Action"])
    } | {
        f"State: PipelineRole/trust, {provider}: sts:AssumeRoleWithWebIdentity",
        "State: ExecutionRole/trust, ecs-tasks.amazonaws.com: sts:AssumeRole",
        "State: Alarms/policy, cloudwatch.amazonaws.com: sns:Publish",
    }


@pytest.mark.external
def test_too_little_and_too_much_are_named(simulated: Callable[..., Result]) -> None:
    entries = release()
    pipeline = statements(entries, "PipelineRole01234567")
    execution = statements(entries, "ExecutionRoleDefaultPolicy")
    run = next(one for one in pipeline if one["Action"] == "ecs:RunTask")
    run["Resource"] = run["Resource"].partition("/")[0] + "/*"
    pipeline.remove(next(one for one in pipeline if one["Action"] == "sts:AssumeRole"))
    execution.append({**execution[0], "Action": "ecr:DescribeRegistry"})
    assert [line.partition(" (")[0] for line in simulated(entries).complaints] == [
        "refused: PipelineRole: sts:AssumeRole on role/cdk-deploy",
        "must be refused: PipelineRole: ecs:RunTask on task-definition/NotesOtherStateMigration:3",
        "not needed: State: ExecutionRole/DefaultPolicy: ecr:DescribeRegistry",
    ]


@pytest.mark.external
def test_a_schedule_runs_a_task_and_passes_its_roles(simulated: Callable[..., Result]) -> None:
    [task] = [one for one in release() if one.get("resource") == "AWS::ECS::TaskDefinition"]
    cluster = f"arn:aws:ecs:ap-northeast-1:{ACCOUNT}:cluster/Jobs"
    role = f"arn:aws:iam::{ACCOUNT}:role/NotesState-Nightly-1"
    group = f"arn:aws:scheduler:ap-northeast-1:{ACCOUNT}:schedule-group/jobs"
    given = {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": group}
    service = {"Principal": {"Service": "scheduler.amazonaws.com"}}
    condition = {"Condition": {"StringEquals": given}}
    trust = document({"Action": "sts:AssumeRole", **service, **condition})
    run = {
        "Action": "ecs:RunTask",
        "Resource": task["id"],
        "Condition": {"ArnEquals": {"ecs:cluster": cluster}},
    }
    passing = {"Action": "iam:PassRole", "Resource": task["properties"]["ExecutionRoleArn"]}
    target = {"Arn": cluster, "RoleArn": role, "EcsParameters": {"TaskDefinitionArn": task["id"]}}

    def complaints(*may: Entry) -> list[str]:
        own = [{"PolicyName": "run", "PolicyDocument": document(*may)}]
        made = {"AssumeRolePolicyDocument": trust, "Policies": own}
        entries = [
            resource("AWS::IAM::Role", "NightlyRole", "NotesState-Nightly-1", **made),
            resource(
                "AWS::Scheduler::Schedule", "Nightly", "nightly", GroupName="jobs", Target=target
            ),
        ]
        return [*simulated([*release(), *entries]).complaints]

    assert complaints(run, passing) == []
    [refused] = complaints(run)
    assert refused.startswith("refused: NightlyRole: iam:PassRole on role/NotesState-Execution-1")


@pytest.mark.external
@pytest.mark.parametrize(
    ("actions", "refused"),
    [(["ec2:*NetworkInterface", "ec2:*PrivateIpAddresses"], 0), (["ec2:Describe*"], 4)],
)
def test_a_boundary_limits_what_a_policy_of_aws_gives(
    actions: list[str], refused: int, simulated: Callable[..., Result]
) -> None:
    """Lambda makes the interfaces of a function with the function's role."""
    limits = f"arn:aws:iam::{ACCOUNT}:policy/Limits"
    aws = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
    policy = document({"Action": actions, "Resource": "*"})
    trust = document({"Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}})
    role = {"ManagedPolicyArns": [aws], "PermissionsBoundary": limits}
    function = {"Role": f"arn:aws:iam::{ACCOUNT}:role/f", "VpcConfig": {"SubnetIds": ["subnet-1"]}}
    entries = [
        resource("AWS::IAM::ManagedPolicy", "Limits", limits, PolicyDocument=policy),
        resource("AWS::IAM::Role", "FunctionRole", "f", **role, AssumeRolePolicyDocument=trust),
        resource("AWS::Lambda::Function", "Function", "f", **function),
    ]
    found = simulated([*entries, *release()]).complaints
    assert len(found) == refused
    assert all(line.startswith("refused: FunctionRole: ec2:") for line in found)


@pytest.mark.external
def test_an_unknown_operation_and_a_malformed_policy_are_errors(
    simulated: Callable[..., Result],
) -> None:
    entries = release()
    with pytest.raises(UnknownAction, match="ecs:RunTasks: add what it is on"):
        simulated([*entries, {**entries[-1], "operation": "RunTasks"}])
    statements(entries, "PipelineRole01234567")[0].update(Effect="allow")
    with pytest.raises(SimulatorError, match="Effect"):
        simulated(entries)


# The record


def test_a_resource_is_as_it_was_last(tmp_path: Path) -> None:
    role = resource("AWS::IAM::Role", "RoleABCDEF01", "role-1", Description="old")
    key = {"resource": "AWS::IAM::Role", "region": role["region"]}
    change = {**key, "id": "role-1", "properties": {"Description": "new"}}
    replaced = {**change, "becomes": "role-2"}
    gone = {**key, "id": "role-2", "becomes": None}
    # The CDK's bootstrap has policies of one id in each region.
    there = {**role, "region": "elsewhere"}
    found = recorded(tmp_path, role, there, replaced).of_type("AWS::IAM::Role")
    assert {(one.id, one.properties["Description"]) for one in found} == {
        ("role-1", "old"),
        ("role-2", "new"),
    }
    assert {(one.name, one.stack) for one in found} == {("Role", "State")}
    assert recorded(tmp_path, role, replaced, gone).resources == []
    (tmp_path / "record.jsonl").unlink()
    with pytest.raises(RecordError, match="run make deploy-emulated"):
        record.read(tmp_path / "record.jsonl")


def test_a_call_is_written_down_with_its_parameters(tmp_path: Path) -> None:
    session = boto3.Session("key", "secret", region_name="ap-northeast-3")
    caller = "arn:aws:sts::1:assumed-role/Role/session"
    calls.listen(session, tmp_path / "calls", caller)
    client = session.client("cloudwatch")
    with Stubber(client) as stub:
        stub.add_response("describe_alarms", {})
        client.describe_alarms(AlarmNames=["Slow"])
    [call] = read(tmp_path / "calls").calls
    assert (call.caller, call.region) == (caller, "ap-northeast-3")
    assert iam_action(call.service, call.operation) == "cloudwatch:DescribeAlarms"
    assert call.parameters == {"AlarmNames": ["Slow"]}
