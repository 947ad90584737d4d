"""The simulation: a sound account passes, and each broken policy is caught by a call's name."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from tests.iam.recording import (
    EXECUTION,
    PIPELINE,
    PROVIDER,
    REGION,
    REPOSITORY,
    TASK,
    Entry,
    called,
    document,
    release,
    resource,
)

from ishizue_ops.iam import check, record
from ishizue_ops.iam.actions import UnknownAction
from ishizue_ops.iam.check import Result
from ishizue_ops.iam.policies import listed
from ishizue_ops.iam.record import ACCOUNT
from ishizue_ops.iam.simulator import SimulatorError
from ishizue_ops.project import read as settings

pytestmark = pytest.mark.external


@pytest.fixture
def simulated(tmp_path: Path) -> Callable[..., Result]:
    """Check a record, with these settings."""

    def run(entries: list[Entry], **variables: str) -> Result:
        file = tmp_path / "record.jsonl"
        file.write_text("".join(f"{json.dumps(entry)}\n" for entry in entries))
        return check.check(record.read(file), settings(variables))

    return run


def edited(change: Callable[[dict[str, Any]], object]) -> list[Entry]:
    """The release with a change of its policies: `pipeline`, `execution`, `topic`."""
    entries = deepcopy(release())
    found = {entry["logical_id"]: entry["properties"] for entry in entries if "resource" in entry}
    pipeline = found["PipelineRole01234567"]["Policies"][0]["PolicyDocument"]
    change(
        {
            "pipeline": pipeline["Statement"],
            "execution": found["ExecutionRoleDefaultPolicy"]["PolicyDocument"]["Statement"],
            "topic": found["P"]["PolicyDocument"]["Statement"],
        }
    )
    return entries


def test_in_a_sound_account_each_right_is_needed(simulated: Callable[..., Result]) -> None:
    result = simulated(release())
    assert result.complaints == []
    own = {"PipelineRole/release": PIPELINE, "ExecutionRole/DefaultPolicy": EXECUTION}
    assert {*map(str, result.needed)} == {
        f"State: {name}: {action}"
        for name, policy in own.items()
        for statement in policy["Statement"]
        for action in listed(statement["Action"])
    } | {
        f"State: PipelineRole/trust, {PROVIDER}: sts:AssumeRoleWithWebIdentity",
        "State: ExecutionRole/trust, ecs-tasks.amazonaws.com: sts:AssumeRole",
        "State: Alarms/policy, cloudwatch.amazonaws.com: sns:Publish",
    }


BROKEN: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "an action is missing": (
        lambda at: at["pipeline"].pop(3),
        "refused: PipelineRole: ecs:RunTask on task-definition/NotesStateMigration:3 (recorded)",
    ),
    "the log group's own ARN names no stream": (
        lambda at: at["execution"][2].update(Resource=at["execution"][2]["Resource"][:-2]),
        "refused: ExecutionRole: logs:CreateLogStream on log-group:migrations:log-stream:migrate",
    ),
    "a condition is on a key that the action does not have": (
        lambda at: at["pipeline"][1].update(Condition={"StringLike": {"ecs:cluster": "*"}}),
        "refused: PipelineRole: ecr:PutImage",
    ),
    "alarms travel without TLS": (
        lambda at: at["topic"].pop(1),
        "must be refused: cloudwatch.amazonaws.com: sns:Publish",
    ),
    "a role reaches another environment's registry": (
        lambda at: at["execution"][1].update(Resource=f"{REPOSITORY.partition('/')[0]}/*"),
        "must be refused: ExecutionRole: ecr:BatchGetImage on "
        "repository/notesotherstate-images (another environment's)",
    ),
    "a role runs another environment's migration": (
        lambda at: at["pipeline"][3].update(Resource=f"{TASK.partition('/')[0]}/*"),
        "must be refused: PipelineRole: ecs:RunTask on task-definition/NotesOtherStateMigration:3",
    ),
    "a right is not needed": (
        lambda at: at["execution"][0].update(
            Action=["ecr:GetAuthorizationToken", "ecr:DescribeRegistry"]
        ),
        "not needed: State: ExecutionRole/DefaultPolicy: ecr:DescribeRegistry",
    ),
    "a service that never calls": (
        lambda at: at["topic"].append(
            {**at["topic"][0], "Principal": {"Service": "budgets.amazonaws.com"}}
        ),
        "not needed: State: Alarms/policy, budgets.amazonaws.com: sns:Publish",
    ),
    "the CDK's role is out of reach": (
        lambda at: at["pipeline"].pop(2),
        "refused: PipelineRole: sts:AssumeRole on role/cdk-deploy",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_policy_is_caught_by_name(name: str, simulated: Callable[..., Result]) -> None:
    change, complaint = BROKEN[name]
    found = simulated(edited(change)).complaints
    assert [line for line in found if line.startswith(complaint)], found


def test_the_firewall_s_log_needs_the_account_s_policy_of_logs(
    simulated: Callable[..., Result],
) -> None:
    group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:firewall"
    policy = document(
        {
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Principal": {"Service": "delivery.logs.amazonaws.com"},
            "Resource": f"{group}:*",
            "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:logs:{REGION}:{ACCOUNT}:*"}},
        }
    )
    logging = [
        resource("AWS::Logs::LogGroup", "Firewall", "firewall"),
        resource("AWS::WAFv2::LoggingConfiguration", "Log", "log", LogDestinationConfigs=[group]),
    ]
    allowed = resource("AWS::Logs::ResourcePolicy", "P", "p", PolicyDocument=json.dumps(policy))
    assert simulated([*logging, allowed, *release()]).complaints == []
    refused = simulated([*logging, *release()]).complaints
    assert [line.partition(" on ")[0] for line in refused] == [
        "refused: delivery.logs.amazonaws.com: logs:CreateLogStream",
        "refused: delivery.logs.amazonaws.com: logs:PutLogEvents",
    ]


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


def test_a_call_of_the_pipeline_that_no_rehearsal_makes_is_named(
    simulated: Callable[..., Result],
) -> None:
    complaints = simulated(release(), GITHUB_REPOSITORY="acme/service").complaints
    assert "the pipeline calls ecs:StopTask, and no rehearsal" in complaints
    assert [line for line in complaints if "ecs:RunTask" in line or "cloudfront" in line] == []


def test_an_operation_without_a_known_resource_is_an_error(
    simulated: Callable[..., Result],
) -> None:
    with pytest.raises(UnknownAction, match="ecs:RunTasks: add what it is on"):
        simulated([*release(), called("ecs", "RunTasks")])


def test_a_malformed_policy_is_an_error(simulated: Callable[..., Result]) -> None:
    entries = edited(lambda at: at["pipeline"][0].update(Effect="allow"))
    with pytest.raises(SimulatorError, match="Effect"):
        simulated(entries)
