"""The blocks of docs/operations.md that change something, run by bash with another `aws` in PATH.

Each stops at the first call that AWS refuses, whichever it is, and the rest changes nothing.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from tests.infra.aws_commands import complaints
from tests.infra.conftest import Designs
from tests.infra.test_operations_document import BLOCKS

from infra.config import Config

pytestmark = [
    pytest.mark.slow,
    pytest.mark.external,
    pytest.mark.skipif(not shutil.which("jq"), reason="there is no jq here"),
]

[FUNCTIONS] = [block for block in BLOCKS if "replace_tasks() {" in block]

HOST = "old-db.abc.ap-northeast-1.rds.amazonaws.com"
RESTORED = "kirosample-restored.abc.ap-northeast-1.rds.amazonaws.com"
RESTORED_CLUSTER = "kirosample-restored.cluster-abc.ap-northeast-1.rds.amazonaws.com"
SECRET = {"host": HOST, "username": "kirosample", "password": "of the secret"}

OUTPUTS = {"ClusterName": "cluster", "ServiceName": "service", "Settings": "{}"}
RESOURCES = {
    "RdsInstance": "AWS::RDS::DBInstance",
    "RdsSubnets": "AWS::RDS::DBSubnetGroup",
    "RdsParameters": "AWS::RDS::DBParameterGroup",
    "AuroraCluster": "AWS::RDS::DBCluster",
    "AuroraSubnets": "AWS::RDS::DBSubnetGroup",
    "AuroraParameters": "AWS::RDS::DBClusterParameterGroup",
    "SecurityGroupsDatabase": "AWS::EC2::SecurityGroup",
    "CookieKeys": "AWS::SecretsManager::Secret",
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


def deployments(*rollouts: tuple[str, str, str]) -> dict[str, Any]:
    """What ECS tells of a service: each deployment's id, status and rollout."""
    return {
        "services": [
            {
                "deployments": [
                    {"id": id_, "status": status, "rolloutState": rollout}
                    for id_, status, rollout in rollouts
                ]
            }
        ]
    }


NEW = {"id": "ecs-svc/2", "status": "PRIMARY", "rolloutState": "IN_PROGRESS"}
OLD = {"id": "ecs-svc/1", "status": "ACTIVE", "rolloutState": "COMPLETED"}
IN_PROGRESS = deployments(("ecs-svc/2", "PRIMARY", "IN_PROGRESS"))
REPLACED = deployments(("ecs-svc/2", "PRIMARY", "COMPLETED"))
ROLLED_BACK = deployments(
    ("ecs-svc/1", "PRIMARY", "COMPLETED"), ("ecs-svc/2", "INACTIVE", "FAILED")
)

SUPERSEDED = deployments(
    ("ecs-svc/3", "PRIMARY", "COMPLETED"), ("ecs-svc/2", "ACTIVE", "COMPLETED")
)

ACCOUNT: dict[str, Any] = {
    "cloudformation describe-stacks": {
        "Stacks": [
            {"Outputs": [{"OutputKey": k, "OutputValue": v} for k, v in OUTPUTS.items()]},
        ]
    },
    "cloudformation describe-stack-resources": {
        "StackResources": [
            {"LogicalResourceId": f"{name}1A2B", "ResourceType": type_, "PhysicalResourceId": name}
            for name, type_ in RESOURCES.items()
        ]
    },
    "ecs update-service": {"service": {"deployments": [NEW, OLD]}},
    "ecs describe-services": REPLACED,
    "ssm get-parameter": {"Parameter": {"Value": "secret"}},
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
print(answer if text else json.dumps(answer))
"""


@dataclass
class Ran:
    """What became of a block: its exit code and each call of `aws`, in words."""

    code: int
    said: str
    calls: list[list[str]] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The calls by their operation alone."""
        return [" ".join(words[: 3 if words[1] == "wait" else 2]) for words in self.calls]

    def options(self, operation: str) -> dict[str, str]:
        """What the only call of an operation was given."""
        [words] = [words for words in self.calls if words[1] == operation]
        flags = [i for i, word in enumerate(words) if word.startswith("--")]
        return {
            words[i]: " ".join(words[i + 1 : n])
            for i, n in zip(flags, [*flags[1:], None], strict=True)
        }


def run(
    folder: Path, script: str, *, account: dict[str, Any] | None = None, refused: int = -1
) -> Ran:
    """Paste the page's functions and then `script`; AWS refuses the call of that number."""
    programs = folder / "bin"
    if not programs.exists():
        programs.mkdir()
        (folder / "aws.py").write_text(AWS)
        # Without site-packages it starts at once; it needs one of them.
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
            "ACCOUNT": json.dumps({**ACCOUNT, **(account or {})}),
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    calls = log.read_text().splitlines() if log.exists() else []
    return Ran(done.returncode, done.stdout + done.stderr, [json.loads(line) for line in calls])


def block(part: str, **values: str) -> str:
    """The only block that has this in it, with values in place of what the reader fills in."""
    [found] = [str(block) for block in BLOCKS if part in block and block != FUNCTIONS]
    for name, value in values.items():
        found, filled = re.subn(rf"^{name}=…", f"{name}={shlex.quote(value)}", found, flags=re.M)
        assert filled == 1, name
    assert "…" not in re.sub(r"#.*", "", found)
    return found


LOOKUPS = ["cloudformation describe-stack-resources"] * 3
REPLACE = [
    "cloudformation describe-stacks",
    "cloudformation describe-stacks",
    "ecs update-service",
    "ecs wait services-stable",
    "ecs describe-services",
]
READ = ["ssm get-parameter", "secretsmanager get-secret-value"]
WRITE = [*READ, "ssm get-parameter", "secretsmanager put-secret-value"]
DELETE_BESIDE = [
    "rds delete-db-subnet-group",
    "secretsmanager delete-secret",
    "ec2 delete-security-group",
]

RDS_AT = {"rds describe-db-instances": {"DBInstances": [{"Endpoint": {"Address": RESTORED}}]}}
AURORA_AT = {"rds describe-db-clusters": {"DBClusters": [{"Endpoint": RESTORED_CLUSTER}]}}
AURORA_SECRET = {
    "secretsmanager get-secret-value": {
        "SecretString": json.dumps({**SECRET, "host": RESTORED_CLUSTER})
    }
}
KEYS = {"secretsmanager get-secret-value": {"SecretString": "old key"}}
SETTINGS = "cloudformation describe-stacks"


@dataclass(frozen=True)
class Case:
    """A block, by something that is only in it, and the calls that it makes."""

    part: str
    calls: list[str]
    account: dict[str, Any] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    old_json: str = ""
    """What the block before has left in that file."""


CASES = {
    "rds, to a point in time": Case(
        "restore-db-instance-to-point-in-time",
        [*LOOKUPS, LOOKUPS[0], "rds restore-db-instance-to-point-in-time"],
    ),
    "aurora, to a point in time": Case(
        "restore-db-cluster-to-point-in-time",
        [SETTINGS, *LOOKUPS, LOOKUPS[0], "rds restore-db-cluster-to-point-in-time"],
    ),
    "rds, from a snapshot": Case(
        "restore-db-instance-from-db-snapshot",
        [*LOOKUPS, "rds restore-db-instance-from-db-snapshot"],
        values={"snapshot": "kept"},
    ),
    "aurora, from a snapshot": Case(
        "restore-db-cluster-from-snapshot",
        [SETTINGS, *LOOKUPS, "rds restore-db-cluster-from-snapshot"],
        values={"snapshot": "kept"},
    ),
    "aurora, its instances": Case(
        "create-db-instance",
        ["rds wait db-cluster-available", "rds create-db-instance", "rds create-db-instance"],
    ),
    "rds, the tasks": Case(
        "wait db-instance-available --db-instance-identifier kirosample-restored &&",
        [
            "rds wait db-instance-available",
            "rds describe-db-instances",
            *READ,
            "rds modify-db-instance",
            *WRITE,
            *REPLACE,
        ],
        RDS_AT,
    ),
    "aurora, the tasks": Case(
        "wait db-instance-available --db-instance-identifier kirosample-restored-a &&",
        [
            "rds wait db-instance-available",
            "rds describe-db-clusters",
            *READ,
            "rds modify-db-cluster",
            *WRITE,
            *REPLACE,
        ],
        AURORA_AT,
    ),
    "the cookie keys": Case(
        'put "$old,$new"',
        [
            LOOKUPS[0],
            "secretsmanager get-secret-value",
            "secretsmanager put-secret-value",
            *REPLACE,
            "secretsmanager put-secret-value",
            *REPLACE,
        ],
        KEYS,
    ),
    "the password, rds": Case(
        'set_in_secret password "$new"', [*READ, *WRITE, "rds modify-db-instance", *REPLACE]
    ),
    "the password, aurora": Case(
        'set_in_secret password "$new"',
        [*READ, *WRITE, "rds modify-db-cluster", *REPLACE],
        AURORA_SECRET,
    ),
    "rds, deleted": Case(
        '--db-instance-identifier "$old" --no-deletion-protection',
        ["rds describe-db-instances", "rds modify-db-instance", "rds delete-db-instance"],
        values={"old": "old-db"},
    ),
    "rds, what is beside it": Case(
        "wait db-instance-deleted",
        ["rds wait db-instance-deleted", "rds delete-db-parameter-group", *DELETE_BESIDE],
        values={"secret": "old-secret"},
        old_json=json.dumps(INSTANCE),
    ),
    "aurora, deleted": Case(
        "aws rds delete-db-cluster --",
        [
            "rds describe-db-clusters",
            "rds modify-db-cluster",
            "rds delete-db-instance",
            "rds delete-db-instance",
            "rds delete-db-cluster",
        ],
        values={"old": "old-db"},
    ),
    "aurora, what is beside it": Case(
        "wait db-cluster-deleted",
        ["rds wait db-cluster-deleted", "rds delete-db-cluster-parameter-group", *DELETE_BESIDE],
        values={"secret": "old-secret"},
        old_json=json.dumps(CLUSTER),
    ),
}


def case(
    folder: Path, name: str, account: dict[str, Any] | None = None, *, refused: int = -1
) -> Ran:
    """Run a case, in an account that may be another, with the call of that number refused."""
    given = CASES[name]
    (folder / "old.json").write_text(given.old_json)
    script = block(given.part, **given.values)
    return run(folder, script, account={**given.account, **(account or {})}, refused=refused)


@pytest.mark.parametrize("name", CASES)
def test_a_block_makes_its_calls_and_stops_at_the_first_that_is_refused(
    name: str, tmp_path: Path
) -> None:
    done = case(tmp_path, name)
    assert (done.code, done.names) == (0, CASES[name].calls), done.said
    assert [complaints(words) for words in done.calls if complaints(words)] == []
    assert not any("None" in word for words in done.calls for word in words if "[" not in word)
    for refused in range(len(done.calls)):
        stopped = case(tmp_path, name, refused=refused)
        assert stopped.code != 0, (refused, stopped.names)
        assert stopped.names == CASES[name].calls[: refused + 1], stopped.said


RESTORES = [name for name in CASES if "point in time" in name or "snapshot" in name]


@pytest.mark.parametrize("name", RESTORES)
def test_what_is_restored_is_where_the_stack_has_its_own(name: str, tmp_path: Path) -> None:
    given = case(tmp_path, name).options(CASES[name].calls[-1].split()[1])
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
def test_aurora_is_restored_with_the_capacity_that_was_set(name: str, tmp_path: Path) -> None:
    deployed = {"AURORA_MIN_CAPACITY": "1", "AURORA_MAX_CAPACITY": "4.5"}
    outputs = [{"OutputKey": "Settings", "OutputValue": json.dumps(deployed)}]
    done = case(tmp_path, name, {SETTINGS: {"Stacks": [{"Outputs": outputs}]}})
    given = done.options(CASES[name].calls[-1].split()[1])
    assert given["--serverless-v2-scaling-configuration"] == "MinCapacity=1,MaxCapacity=4.5"


@pytest.mark.parametrize("name", RESTORES)
def test_nothing_is_restored_where_the_stack_has_no_database(name: str, tmp_path: Path) -> None:
    done = case(tmp_path, name, {LOOKUPS[0]: {"StackResources": []}})
    assert done.code != 0
    assert CASES[name].calls[-1] not in done.names


@pytest.mark.parametrize(
    ("name", "host"), [("rds, the tasks", RESTORED), ("aurora, the tasks", RESTORED_CLUSTER)]
)
def test_the_tasks_are_sent_by_the_host_alone(name: str, host: str, tmp_path: Path) -> None:
    done = case(tmp_path, name)
    modified = done.options(f"modify-db-{'cluster' if 'cluster' in host else 'instance'}")
    assert "kirosample-restored" in modified.values()
    assert modified["--master-user-password"] == SECRET["password"]
    put = json.loads(done.options("put-secret-value")["--secret-string"])
    assert put == {**SECRET, "host": host}


@pytest.mark.parametrize(
    ("name", "nowhere"),
    [
        ("rds, the tasks", {"rds describe-db-instances": {"DBInstances": [{}]}}),
        ("aurora, the tasks", {"rds describe-db-clusters": {"DBClusters": [{}]}}),
    ],
)
def test_before_it_has_a_host_no_task_is_sent_to_it(
    name: str, nowhere: dict[str, Any], tmp_path: Path
) -> None:
    done = case(tmp_path, name, nowhere)
    assert done.code != 0
    assert done.names == CASES[name].calls[:2]


@pytest.mark.parametrize(
    ("name", "identifier"),
    [("the password, rds", "old-db"), ("the password, aurora", "kirosample-restored")],
)
def test_a_new_password_is_set_where_the_tasks_are(
    name: str, identifier: str, tmp_path: Path
) -> None:
    done = case(tmp_path, name)
    put = json.loads(done.options("put-secret-value")["--secret-string"])
    modified = done.options(CASES[name].calls[6].split()[1])
    assert identifier in modified.values()
    assert modified["--master-user-password"] == put["password"] != SECRET["password"]
    assert len(put["password"]) == 48


def test_tasks_are_replaced_when_their_own_rollout_is_complete(tmp_path: Path) -> None:
    done = run(
        tmp_path, "replace_tasks", account={"ecs describe-services": [IN_PROGRESS, REPLACED]}
    )
    assert (done.code, done.names) == (0, [*REPLACE, "ecs describe-services"]), done.said


@pytest.mark.parametrize(
    "rollouts",
    [
        pytest.param([ROLLED_BACK], id="rolled back"),
        pytest.param([IN_PROGRESS, ROLLED_BACK], id="rolled back at last"),
        pytest.param([SUPERSEDED], id="another came after it"),
    ],
)
def test_tasks_that_ecs_took_back_are_not_replaced(
    rollouts: list[dict[str, Any]], tmp_path: Path
) -> None:
    """It is stable then, with one deployment: which is why being stable is not enough."""
    done = run(tmp_path, "replace_tasks", account={"ecs describe-services": rollouts})
    assert done.code != 0
    assert "tasks from before" in done.said


def test_after_a_rollback_no_cookie_is_signed_with_the_new_key(tmp_path: Path) -> None:
    done = case(tmp_path, "the cookie keys", {"ecs describe-services": ROLLED_BACK})
    assert done.code != 0
    assert done.options("put-secret-value")["--secret-string"].startswith("old key,")


def test_all_that_protection_keeps_can_be_deleted(designs: Designs) -> None:
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
        # The one writes the host into the secret; the other goes by itself, with its age.
        kept -= {"AWS::SecretsManager::SecretTargetAttachment", "AWS::Logs::LogGroup"}
        deleted = {
            call
            for name, given in CASES.items()
            if name in (f"{database}, deleted", f"{database}, what is beside it")
            for call in given.calls
            if " delete-" in call
        }
        assert {commands[type_] for type_ in kept} == deleted


@pytest.mark.parametrize(
    "name", [name for name in CASES if name.endswith(("deleted", "beside it"))]
)
def test_what_is_deleted_is_what_the_old_database_has(name: str, tmp_path: Path) -> None:
    done = case(tmp_path, name)
    given = {value for words in done.calls if words[1].startswith("delete-") for value in words[2:]}
    named = {value for value in given if not value.startswith("--")}
    aurora = name.startswith("aurora")
    if name.endswith("deleted"):
        assert named == {"old-db", "old-db-final"} | ({"old-1", "old-2"} if aurora else set())
        assert "--no-deletion-protection" in done.calls[1]
    else:
        assert named == {"old-parameters", "old-subnets", "old-secret", "sg-old"}


def test_settings_that_cannot_be_read_deploy_nothing(tmp_path: Path) -> None:
    done = run(tmp_path, "settings && echo deployed", refused=0)
    assert "deployed" not in done.said


def test_no_task_no_log(tmp_path: Path) -> None:
    done = run(tmp_path, "run_once migrate", account={"ecs run-task": {"tasks": []}})
    assert done.code != 0
    assert "logs tail" not in done.names
