"""The blocks of docs/operations.md that change something, run by bash with a stand-in for `aws`."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from infra.config import Config
from infra.names import MIGRATION_CONTAINER, Names
from kirosample.storage import roles
from tests.infra.conftest import Designs
from tests.infra.operations.aws_commands import complaints, response, unknown_members
from tests.infra.operations.test_document import BLOCKS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.external,
    pytest.mark.skipif(not shutil.which("jq"), reason="there is no jq here"),
]

[FUNCTIONS] = [block for block in BLOCKS if "replace_tasks() {" in block]

HOST = "old-db.abc.ap-northeast-1.rds.amazonaws.com"
RESTORED = "kirosample-restored.abc.ap-northeast-1.rds.amazonaws.com"
RESTORED_CLUSTER = "kirosample-restored.cluster-abc.ap-northeast-1.rds.amazonaws.com"
SECRET = {"host": HOST, "username": "kirosample_app", "password": "of the secret"}

OUTPUTS = {
    "ClusterName": "cluster",
    "ServiceName": "service",
    "Settings": "{}",
    "DatabaseSecret": "tasks",
    "DatabaseMasterSecret": "master",
    "MigrationCluster": "cluster",
    "MigrationTask": "task",
    "MigrationSubnets": "subnet-1,subnet-2",
    "MigrationSecurityGroup": "sg-tasks",
    "MigrationLogs": "logs",
}
RESOURCES = {
    "RdsInstance": "AWS::RDS::DBInstance",
    "RdsSubnets": "AWS::RDS::DBSubnetGroup",
    "RdsParameters": "AWS::RDS::DBParameterGroup",
    "AuroraCluster": "AWS::RDS::DBCluster",
    "AuroraSubnets": "AWS::RDS::DBSubnetGroup",
    "AuroraParameters": "AWS::RDS::DBClusterParameterGroup",
    "SecurityGroupsDatabase": "AWS::EC2::SecurityGroup",
    # portal
    "CookieKeys": "AWS::SecretsManager::Secret",
    # /portal
}
INSTANCE = {
    "DBInstanceIdentifier": "old-db",
    "DBParameterGroups": [{"DBParameterGroupName": "old-parameters"}],
    "DBSubnetGroup": {"DBSubnetGroupName": "old-subnets"},
    "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-old"}],
}
CLUSTER = {
    "DBClusterIdentifier": "old-db",
    "DBClusterMembers": [{"DBInstanceIdentifier": "old-1"}, {"DBInstanceIdentifier": "old-2"}],
    "DBClusterParameterGroup": "old-parameters",
    "DBSubnetGroup": "old-subnets",
    "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-old"}],
}


def deployments(*described: str) -> list[dict[str, str]]:
    """ECS's deployments of a service, each from its number, status and rollout."""
    keys = ("id", "status", "rolloutState")
    return [dict(zip(keys, f"ecs-svc/{text}".split(), strict=True)) for text in described]


def service(*described: str) -> dict[str, Any]:
    return {"services": [{"deployments": deployments(*described)}]}


IN_PROGRESS = service("2 PRIMARY IN_PROGRESS")
REPLACED = service("2 PRIMARY COMPLETED")
ROLLED_BACK = service("1 PRIMARY COMPLETED", "2 INACTIVE FAILED")
SUPERSEDED = service("3 PRIMARY COMPLETED", "2 ACTIVE COMPLETED")

ACCOUNT: dict[str, Any] = {
    "cloudformation describe-stacks": {
        "Stacks": [{"Outputs": [{"OutputKey": k, "OutputValue": v} for k, v in OUTPUTS.items()]}]
    },
    "cloudformation describe-stack-resources": {
        "StackResources": [
            {"LogicalResourceId": f"{name}1A2B", "ResourceType": type_, "PhysicalResourceId": name}
            for name, type_ in RESOURCES.items()
        ]
    },
    "ecs update-service": {
        "service": {"deployments": deployments("2 PRIMARY IN_PROGRESS", "1 ACTIVE COMPLETED")}
    },
    "ecs describe-services": REPLACED,
    "secretsmanager get-secret-value": {"SecretString": json.dumps(SECRET)},
    "rds describe-db-instances": {"DBInstances": [INSTANCE]},
    "rds describe-db-clusters": {"DBClusters": [CLUSTER]},
}

AWS = """\
import json, os, sys
from pathlib import Path
words = sys.argv[1:]
log = Path(os.environ["CALLS"])
calls = log.read_text().splitlines() if log.exists() else []
log.write_text("".join(f"{line}\\n" for line in [*calls, json.dumps(words)]))
if len(calls) == int(os.environ["REFUSED"]):
    sys.exit("An error occurred (AccessDenied)")
answer = json.loads(os.environ["ACCOUNT"]).get(" ".join(words[:2]), {})
if isinstance(answer, list):
    answer = answer[min(sum(json.loads(c)[:2] == words[:2] for c in calls), len(answer) - 1)]
if "--query" in words:
    import jmespath
    answer = jmespath.search(words[words.index("--query") + 1], answer)
text = "--output" in words and words[words.index("--output") + 1] == "text"
if text and isinstance(answer, list):
    answer = "\t".join(map(str, answer))
print(answer if text else json.dumps(answer))
"""


@dataclass
class Ran:
    """A block's exit code, its output, and the arguments of each call of `aws`."""

    code: int
    said: str
    calls: list[list[str]] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The operations of the calls."""
        return [" ".join(words[: 3 if words[1] == "wait" else 2]) for words in self.calls]

    def options(self, operation: str) -> dict[str, str]:
        """The options of the only call of an operation."""
        [words] = [words for words in self.calls if words[1] == operation]
        flags = [i for i, word in enumerate(words) if word.startswith("--")]
        return {
            words[i]: " ".join(words[i + 1 : n])
            for i, n in zip(flags, [*flags[1:], None], strict=True)
        }


def run(
    folder: Path, script: str, *, account: dict[str, Any] | None = None, refused: int = -1
) -> Ran:
    """Run the page's functions and `script`; AWS rejects the call with the number `refused`."""
    programs = folder / "bin"
    if not programs.exists():
        programs.mkdir()
        (folder / "aws.py").write_text(AWS)
        # Without site-packages it starts faster; it needs only jmespath.
        query = find_spec("jmespath")
        assert query
        assert query.origin
        packages = Path(query.origin).parents[1]
        for name, does in (
            ("aws", f'PYTHONPATH={packages} exec {sys.executable} -S {folder / "aws.py"} "$@"'),
            ("sleep", ":"),
        ):
            (programs / name).write_text(f"#!/bin/sh\n{does}\n")
            (programs / name).chmod(0o755)
    answers = {**ACCOUNT, **(account or {})}
    assert [wrong for call in answers.items() for wrong in unreal(*call)] == []
    log = folder / "calls"
    log.unlink(missing_ok=True)
    done = subprocess.run(
        ["bash", "-c", f"{FUNCTIONS}\n{script}"],
        cwd=folder,
        env={
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "CALLS": str(log),
            "REFUSED": str(refused),
            "ACCOUNT": json.dumps(answers),
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    calls = log.read_text().splitlines() if log.exists() else []
    return Ran(done.returncode, done.stdout + done.stderr, [json.loads(line) for line in calls])


def unreal(call: str, answers: object) -> list[str]:
    """The keys of these responses to a call that AWS's do not have."""
    shape = response(*call.split())
    listed = answers if isinstance(answers, list) else [answers]
    return [wrong for answer in listed for wrong in unknown_members(shape, answer)]


def block(part: str) -> str:
    """The only block that contains `part`, with its blanks filled in."""
    [found] = [str(block) for block in BLOCKS if part in block and block != FUNCTIONS]
    for name, value in BLANKS.items():
        found = re.sub(rf"^{name}=…", f"{name}={value}", found, flags=re.M)
    assert "…" not in re.sub(r"#.*", "", found)
    return found


BLANKS = {
    "snapshot": "kept",
    "old": "old-db",
    "secret": "old-secret",
    "application": "old-application",
}
LOOKUPS = ["cloudformation describe-stack-resources"] * 3
STANDING_IN = """\
replace_tasks() { aws ecs update-service --service all; }
run_once() { aws ecs run-task --task-definition "$*"; }
"""
"""Each in one call, so that a block with them has few; both are cases of their own."""
RUN, REPLACE = ["ecs run-task"], ["ecs update-service"]
OUTPUT = "cloudformation describe-stacks"
READ = [OUTPUT, "secretsmanager get-secret-value"]
WRITE = [*READ, OUTPUT, "secretsmanager put-secret-value"]
DELETE_BESIDE = [
    "rds delete-db-subnet-group",
    *["secretsmanager delete-secret"] * 2,
    "ec2 delete-security-group",
]

RDS_AT = {"rds describe-db-instances": {"DBInstances": [{"Endpoint": {"Address": RESTORED}}]}}
AURORA_AT = {"rds describe-db-clusters": {"DBClusters": [{"Endpoint": RESTORED_CLUSTER}]}}
SETTINGS = "cloudformation describe-stacks"


Case = tuple[str, list[str], dict[str, Any]]
"""A part that identifies a block, the calls that it makes, and responses of the account."""


def switch(instance: str, described: str, modify: str, at: dict[str, Any]) -> Case:
    """The tasks' switch to a restored database."""
    waits = ["rds wait db-instance-available", f"rds describe-db-{described}"]
    part = f"wait db-instance-available --db-instance-identifier {instance} &&"
    return part, [*waits, *READ, f"rds modify-db-{modify}", *WRITE * 2, *RUN, *REPLACE], at


REPLACE_TASKS = [
    *[OUTPUT] * 2,
    "ecs update-service",
    "ecs describe-services",
]
"""What `replace_tasks` itself does."""

CASES: dict[str, Case] = {
    "rds, to a point in time": (
        "restore-db-instance-to-point-in-time",
        [*LOOKUPS, LOOKUPS[0], "rds restore-db-instance-to-point-in-time"],
        {},
    ),
    "aurora, to a point in time": (
        "restore-db-cluster-to-point-in-time",
        [SETTINGS, *LOOKUPS, LOOKUPS[0], "rds restore-db-cluster-to-point-in-time"],
        {},
    ),
    "rds, from a snapshot": (
        "restore-db-instance-from-db-snapshot",
        [*LOOKUPS, "rds restore-db-instance-from-db-snapshot"],
        {},
    ),
    "aurora, from a snapshot": (
        "restore-db-cluster-from-snapshot",
        [SETTINGS, *LOOKUPS, "rds restore-db-cluster-from-snapshot"],
        {},
    ),
    "aurora, its instances": (
        "create-db-instance",
        ["rds wait db-cluster-available", *["rds create-db-instance"] * 2],
        {},
    ),
    "rds, the tasks": switch("kirosample-restored", "instances", "instance", RDS_AT),
    "aurora, the tasks": switch("kirosample-restored-a", "clusters", "cluster", AURORA_AT),
    # portal
    "the cookie keys": (
        'put "$old,$new"',
        [LOOKUPS[0], READ[1], *[WRITE[-1], *REPLACE] * 2],
        {READ[1]: {"SecretString": "old key"}},
    ),
    # /portal
    "the tasks' password": ("_clone", [*WRITE, *RUN, *REPLACE, *RUN], {}),
    "the master's password, rds": (
        'set_password "$host" "$new"',
        [*READ, *WRITE, "rds modify-db-instance", *RUN],
        {},
    ),
    "the master's password, aurora": (
        'set_password "$host" "$new"',
        [*READ, *WRITE, "rds modify-db-cluster", *RUN],
        {READ[1]: {"SecretString": json.dumps({**SECRET, "host": RESTORED_CLUSTER})}},
    ),
    "rds, deleted": (
        '--db-instance-identifier "$old" --no-deletion-protection',
        ["rds describe-db-instances", "rds modify-db-instance", "rds delete-db-instance"],
        {},
    ),
    "rds, what is beside it": (
        "wait db-instance-deleted",
        ["rds wait db-instance-deleted", "rds delete-db-parameter-group", *DELETE_BESIDE],
        {},
    ),
    "aurora, deleted": (
        "aws rds delete-db-cluster --",
        [
            *("rds describe-db-clusters", "rds modify-db-cluster"),
            *["rds delete-db-instance"] * 2,
            "rds delete-db-cluster",
        ],
        {},
    ),
    "aurora, what is beside it": (
        "wait db-cluster-deleted",
        ["rds wait db-cluster-deleted", "rds delete-db-cluster-parameter-group", *DELETE_BESIDE],
        {},
    ),
}


def case(
    folder: Path, name: str, account: dict[str, Any] | None = None, *, refused: int = -1
) -> Ran:
    """Run a case, with other responses of the account or one call rejected."""
    part, _, responses = CASES[name]
    # As the previous block wrote it.
    (folder / "old.json").write_text(json.dumps(CLUSTER if name.startswith("aurora") else INSTANCE))
    script = STANDING_IN + block(part)
    return run(folder, script, account={**responses, **(account or {})}, refused=refused)


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.long if "aurora" in name else ()) for name in CASES],
)
def test_a_block_makes_its_calls_and_stops_at_the_first_rejected_one(
    name: str, tmp_path: Path
) -> None:
    done = case(tmp_path, name)
    assert (done.code, done.names) == (0, CASES[name][1]), done.said
    assert [complaints(words) for words in done.calls if complaints(words)] == []
    assert not any("None" in word for words in done.calls for word in words if "[" not in word)
    for refused in range(len(done.calls)):
        stopped = case(tmp_path, name, refused=refused)
        assert stopped.code != 0, (refused, stopped.names)
        assert stopped.names == CASES[name][1][: refused + 1], stopped.said


RESTORES = [name for name in CASES if "point in time" in name or "snapshot" in name]


@pytest.mark.parametrize("name", RESTORES)
def test_a_restored_database_is_in_the_stacks_network(name: str, tmp_path: Path) -> None:
    given = case(tmp_path, name).options(CASES[name][1][-1].split()[1])
    aurora = name.startswith("aurora")
    prefix = "Aurora" if aurora else "Rds"
    assert given["--db-subnet-group-name"] == f"{prefix}Subnets"
    assert given["--vpc-security-group-ids"] == "SecurityGroupsDatabase"
    parameters = "--db-cluster-parameter-group-name" if aurora else "--db-parameter-group-name"
    assert given[parameters] == f"{prefix}Parameters"
    assert "--deletion-protection" in given
    if aurora:
        least, most = Config().aurora_min_capacity, Config().aurora_max_capacity
        capacity = given["--serverless-v2-scaling-configuration"]
        assert capacity == f"MinCapacity={least:g},MaxCapacity={most:g}"
    else:
        assert {"--multi-az", "--no-publicly-accessible"} <= set(given)


@pytest.mark.parametrize("name", ["aurora, to a point in time", "aurora, from a snapshot"])
def test_aurora_is_restored_with_the_deployed_capacity(name: str, tmp_path: Path) -> None:
    deployed = {"AURORA_MIN_CAPACITY": "1", "AURORA_MAX_CAPACITY": "4.5"}
    outputs = [{"OutputKey": "Settings", "OutputValue": json.dumps(deployed)}]
    done = case(tmp_path, name, {SETTINGS: {"Stacks": [{"Outputs": outputs}]}})
    given = done.options(CASES[name][1][-1].split()[1])
    assert given["--serverless-v2-scaling-configuration"] == "MinCapacity=1,MaxCapacity=4.5"


@pytest.mark.parametrize("name", RESTORES)
def test_nothing_is_restored_without_a_database_in_the_stack(name: str, tmp_path: Path) -> None:
    done = case(tmp_path, name, {LOOKUPS[0]: {"StackResources": []}})
    assert done.code != 0
    assert CASES[name][1][-1] not in done.names


@pytest.mark.parametrize(
    ("name", "host"), [("rds, the tasks", RESTORED), ("aurora, the tasks", RESTORED_CLUSTER)]
)
def test_switching_the_tasks_changes_only_the_host_in_both_secrets(
    name: str, host: str, tmp_path: Path
) -> None:
    done = case(tmp_path, name)
    modified = done.options(f"modify-db-{'cluster' if 'cluster' in host else 'instance'}")
    assert "kirosample-restored" in modified.values()
    assert modified["--master-user-password"] == SECRET["password"]
    assert written(done) == {name: {**SECRET, "host": host} for name in ("master", "tasks")}


@pytest.mark.parametrize("name", ["rds, the tasks", "aurora, the tasks"])
def test_no_task_is_switched_to_a_database_without_a_host(name: str, tmp_path: Path) -> None:
    nowhere: dict[str, Any] = {
        "rds describe-db-instances": {"DBInstances": [{}]},
        "rds describe-db-clusters": {"DBClusters": [{}]},
    }
    done = case(tmp_path, name, nowhere)
    assert done.code != 0
    assert done.names == CASES[name][1][:2]


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("the master's password, rds", "old-db"),
        ("the master's password, aurora", "kirosample-restored"),
    ],
)
def test_a_new_password_is_set_on_the_database_that_the_secret_names(
    name: str, identifier: str, tmp_path: Path
) -> None:
    done = case(tmp_path, name)
    put = written(done)
    assert put.keys() == {"master"}
    [modify] = [called.split()[1] for called in CASES[name][1] if "modify" in called]
    modified = done.options(modify)
    assert identifier in modified.values()
    password = put["master"]["password"]
    assert modified["--master-user-password"] == password != SECRET["password"]
    assert len(password) == 48


@pytest.mark.parametrize(
    ("before", "after"),
    [("kirosample_app", "kirosample_app_clone"), ("kirosample_app_clone", "kirosample_app")],
)
def test_the_tasks_alternate_between_two_roles(before: str, after: str, tmp_path: Path) -> None:
    assert roles.alternate(before) == after
    secret = {**SECRET, "username": before}
    read = {READ[1]: {"SecretString": json.dumps(secret)}}
    put = written(case(tmp_path, "the tasks' password", read))
    assert put.keys() == {"tasks"}
    assert len(put["tasks"]["password"]) == 48
    assert put["tasks"] == {**secret, "username": after, "password": put["tasks"]["password"]}


def written(done: Ran) -> dict[str, dict[str, str]]:
    """The secrets that were put, by their name."""
    puts = [words for words in done.calls if words[1] == "put-secret-value"]
    options = [dict(zip(words[2::2], words[3::2], strict=True)) for words in puts]
    return {put["--secret-id"]: json.loads(put["--secret-string"]) for put in options}


def test_replace_tasks_waits_for_its_own_rollout(tmp_path: Path) -> None:
    done = run(
        tmp_path, "replace_tasks", account={"ecs describe-services": [IN_PROGRESS, REPLACED]}
    )
    expected = [*REPLACE_TASKS, "ecs describe-services"]
    assert (done.code, done.names) == (0, expected), done.said
    for refused in range(len(REPLACE_TASKS)):
        stopped = run(tmp_path, "replace_tasks", refused=refused)
        assert (stopped.code != 0, stopped.names) == (True, REPLACE_TASKS[: refused + 1])


@pytest.mark.parametrize(
    "rollouts",
    [[ROLLED_BACK], [IN_PROGRESS, ROLLED_BACK], [SUPERSEDED]],
    ids=["rolled back", "rolled back later", "superseded"],
)
def test_replace_tasks_fails_if_ecs_rolls_back(
    rollouts: list[dict[str, Any]], tmp_path: Path
) -> None:
    """The service is stable then too, so that `ecs wait services-stable` would not do."""
    done = run(tmp_path, "replace_tasks", account={"ecs describe-services": rollouts})
    assert done.code != 0
    assert "old tasks" in done.said


# portal
def test_a_rollback_keeps_signing_with_the_old_cookie_key(tmp_path: Path) -> None:
    part, _, responses = CASES["the cookie keys"]
    rolled_back = {**responses, "ecs describe-services": ROLLED_BACK}
    done = run(tmp_path, block(part), account=rolled_back)
    assert done.code != 0
    assert done.options("put-secret-value")["--secret-string"].startswith("old key,")


# /portal


def test_everything_that_protection_retains_can_be_deleted(designs: Designs) -> None:
    commands = {
        "AWS::RDS::DBInstance": "rds delete-db-instance",
        "AWS::RDS::DBCluster": "rds delete-db-cluster",
        "AWS::RDS::DBSubnetGroup": "rds delete-db-subnet-group",
        "AWS::RDS::DBParameterGroup": "rds delete-db-parameter-group",
        "AWS::RDS::DBClusterParameterGroup": "rds delete-db-cluster-parameter-group",
        "AWS::SecretsManager::Secret": "secretsmanager delete-secret",
        "AWS::EC2::SecurityGroup": "ec2 delete-security-group",
    }
    without = {resource.logical_id for resource in designs("none").resources}
    for database in ("rds", "aurora"):
        kept = {
            resource.type
            for resource in designs(database).resources
            if resource.raw.get("DeletionPolicy") and resource.logical_id not in without
        }
        # An attachment is no resource of its own; the log group expires.
        kept -= {"AWS::SecretsManager::SecretTargetAttachment", "AWS::Logs::LogGroup"}
        deleted = {
            call
            for name in (f"{database}, deleted", f"{database}, what is beside it")
            for call in CASES[name][1]
            if " delete-" in call
        }
        assert {commands[type_] for type_ in kept} == deleted


@pytest.mark.parametrize(
    "name", [name for name in CASES if name.endswith(("deleted", "beside it"))]
)
def test_only_the_old_databases_resources_are_deleted(name: str, tmp_path: Path) -> None:
    done = case(tmp_path, name)
    given = {value for words in done.calls if words[1].startswith("delete-") for value in words[2:]}
    named = {value for value in given if not value.startswith("--")}
    aurora = name.startswith("aurora")
    if name.endswith("deleted"):
        assert named == {"old-db", "old-db-final"} | ({"old-1", "old-2"} if aurora else set())
        assert "--no-deletion-protection" in done.calls[1]
    else:
        secrets = {"old-secret", "old-application"}
        assert named == {"old-parameters", "old-subnets", "sg-old"} | secrets


def test_without_its_settings_nothing_is_deployed(tmp_path: Path) -> None:
    done = run(tmp_path, "settings && echo deployed", refused=0)
    assert "deployed" not in done.said


STOPPED = {
    "ecs list-tasks": {"taskArns": ["arn-1", "arn-2"]},
    "ecs describe-services": {"services": [{"events": [{"message": "unable to place a task"}]}]},
    "ecs describe-tasks": {"tasks": [{"stoppedReason": "OutOfMemory", "containers": []}]},
}


def test_ecs_says_why_tasks_stop(tmp_path: Path) -> None:
    done = run(tmp_path, "ecs_says", account=STOPPED)
    assert (done.code, "unable to place" in done.said, "OutOfMemory" in done.said) == (0,) + (
        True,
    ) * 2
    assert [complaints(words) for words in done.calls if complaints(words)] == []


STARTED = {"tasks": [{"taskArn": "arn:aws:ecs:region:1:task/cluster/0a1b"}], "failures": []}


def ended(**container: object) -> dict[str, Any]:
    """A stopped task of ECS."""
    why = "CannotPullContainerError: not found"
    return {"tasks": [{"stoppedReason": why, "containers": [{"name": "migrate", **container}]}]}


@pytest.mark.parametrize("code", [0, 3])
def test_run_once_prints_the_log_and_returns_the_exit_code(code: int, tmp_path: Path) -> None:
    account = {
        "ecs run-task": STARTED,
        "ecs describe-tasks": ended(exitCode=code),
        "logs get-log-events": {"events": [{"message": "a line"}]},
    }
    done = run(tmp_path, "run_once rows remove '1 \"2'", account=account)
    assert (done.code, "a line" in done.said) == (code, True), done.said
    assert [complaints(words) for words in done.calls if complaints(words)] == []
    given = done.options("run-task")
    [override] = json.loads(given["--overrides"])["containerOverrides"]
    assert override == {"name": MIGRATION_CONTAINER, "command": ["rows", "remove", '1 "2']}
    subnets, group = OUTPUTS["MigrationSubnets"], OUTPUTS["MigrationSecurityGroup"]
    network = f"awsvpcConfiguration={{subnets=[{subnets}],securityGroups=[{group}]}}"
    assert given["--network-configuration"] == network
    stream = f"{MIGRATION_CONTAINER}/{MIGRATION_CONTAINER}/0a1b"
    assert done.options("get-log-events")["--log-stream-name"] == stream
    waited = done.names.index("ecs wait tasks-stopped")
    assert waited < done.names.index("ecs describe-tasks")
    for refused in range(waited + 2):
        stopped = run(tmp_path, "run_once migrate", account=account, refused=refused)
        assert (stopped.code != 0, len(stopped.calls)) == (True, refused + 1), stopped.said


@pytest.mark.parametrize(
    ("account", "reason"),
    [
        ({"ecs run-task": STARTED, "ecs describe-tasks": ended()}, "CannotPullContainerError"),
        (
            {"ecs run-task": STARTED, "ecs describe-tasks": ended(reason="OutOfMemoryError")},
            "OutOfMemoryError",
        ),
        ({"ecs run-task": {"tasks": [], "failures": [{"reason": "RESOURCE:CPU"}]}}, "RESOURCE:CPU"),
    ],
)
def test_a_task_that_never_starts_is_a_failure_with_its_reason(
    account: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    done = run(tmp_path, "run_once migrate", account=account)
    assert (done.code, reason in done.said) == (1, True), done.said
    assert "logs get-log-events" not in done.names


@pytest.mark.parametrize("environment", [None, "staging"])
def test_the_functions_use_the_environments_names(environment: str | None, tmp_path: Path) -> None:
    names = Names(environment)
    script = f"ENVIRONMENT={environment or ''}; output state Settings; output service ClusterName"
    done = run(tmp_path, script)
    stacks = [words[words.index("--stack-name") + 1] for words in done.calls]
    assert stacks == [names.state_stack, names.service_stack]


def test_settings_leaves_the_environment_of_the_shell(tmp_path: Path) -> None:
    stated = [{"OutputKey": "Settings", "OutputValue": '{"ENVIRONMENT": "none", "TASKS": "3"}'}]
    deployed = {SETTINGS: {"Stacks": [{"Outputs": stated}]}}
    done = run(tmp_path, 'settings && echo "<$ENVIRONMENT$TASKS>"', account=deployed)
    assert "<3>" in done.said
