"""The blocks of docs/operations.md, run by bash with a stand-in for `aws`.

`responses.toml` has what it responds; what is in a stack, the templates say.
"""

import json
import re
import shutil
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ishizue.storage import roles
from ishizue_ops.names import MIGRATION_CONTAINER
from ishizue_ops.project import read
from ishizue_ops.testing.aws_cli import Ran, Refused, complaints, options, run
from ishizue_ops.testing.designs import Designs
from tests.infra.operations.test_document import BLOCKS, FUNCTIONS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.external,
    pytest.mark.skipif(not shutil.which("jq"), reason="there is no jq here"),
]

CLUSTER_HOST = "kirosample-restored.cluster-abc.ap-northeast-1.rds.amazonaws.com"


def releases(*described: str) -> list[dict[str, Any]]:
    """Service deployments of ECS from their number and status, each in a response of its own."""
    pages = []
    for text in described:
        number, status = text.split()
        deployment = {"serviceDeploymentArn": number, "status": status, "createdAt": number}
        pages.append({"serviceDeployments": [deployment]})
    return pages


GET = "secretsmanager get-secret-value"
PUT = "put-secret-value"
STACKS = "cloudformation describe-stacks"
ACCOUNT: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("responses.toml").read_text(encoding="utf-8")
)
OUTPUTS: dict[str, str] = ACCOUNT.pop("outputs")
SECRET = json.loads(ACCOUNT[GET]["SecretString"])
BLANKS = {"snapshot": "kept", "old": "old-db", "zone": "Z0123456789ABC", "bucket": "ours"}
POINT_IN_TIME = ("--restore-time", "--restore-to-time")
RESTORES = (
    *POINT_IN_TIME,
    "restore-db-instance-from-db-snapshot",
    "restore-db-cluster-from-snapshot",
    "backups=$(copied_backups)",
)
COOKIE_KEYS = 'put "$old,$new"'
PASSWORD = "_clone"
MASTER = 'set_password "$host" "$new"'
DELETED = ('--db-instance-identifier "$old" --no-deletion-protection', "delete-db-cluster --")
CHANGING = (*RESTORES, COOKIE_KEYS, PASSWORD, MASTER, *DELETED)
"""A text of each block that must stop where a call is rejected."""

IN_ONE_CALL = """
replace_tasks() { aws ecs update-service --service all; }
run_once() { aws ecs run-task --task-definition "$*"; }
"""
"""These make a block's calls few; the real functions have tests of their own."""

PROGRAMS = [
    "psql",
    "pg_dump",
    "pg_restore",
    "curl",
    "git",
    "gh",
    "openssl",
    "docker",
    "syft",
    "tar",
]
MAKE = 'make() { aws make "$@"; }\n'


@pytest.fixture(scope="module", autouse=True)
def stacks(designs: Designs) -> None:
    """Each stack is that of three designs together; a resource is named like its construct."""
    both = {"GITHUB_REPOSITORY": "owner/name", "WAF": "on", "OUTSIDE_CHECK": "on"}
    made = [
        designs("aurora", "example.com", **both),
        designs("rds", "example.com", **both, CDN="on"),
        designs("rds", "example.com", **both, BACKUP_COPY_REGION="ap-northeast-3"),
    ]

    def templates(given: Mapping[str, str]) -> list[Mapping[str, Any]]:
        name = given["stack-name"]
        found = [design.templates[name] for design in made if name in design.templates]
        elsewhere = name.endswith(("Cdn", "Outside"))
        if not found or elsewhere != (given.get("region") == "us-east-1"):
            raise Refused(f"Stack with id {name} does not exist")
        return found

    def described(given: Mapping[str, str]) -> Any:
        names = {name for template in templates(given) for name in template["Outputs"]}
        outputs = [{"OutputKey": name, "OutputValue": OUTPUTS.get(name, name)} for name in names]
        return {"Stacks": [{"Outputs": outputs}]}

    def resources(given: Mapping[str, str]) -> Any:
        kinds = dict[str, str]()
        for template in templates(given):
            assert len(template["Resources"]) <= 100, "AWS describes the first hundred"
            kinds |= {id_: each["Type"] for id_, each in template["Resources"].items()}
        listed = [
            {
                "ResourceType": kind,
                "LogicalResourceId": id_,
                "PhysicalResourceId": re.sub("[0-9A-F]{8}$", "", id_),
            }
            for id_, kind in kinds.items()
        ]
        return {"StackResources": listed}

    ACCOUNT[STACKS] = described
    ACCOUNT["cloudformation describe-stack-resources"] = resources
    ACCOUNT["cloudformation get-template"] = lambda given: {"TemplateBody": templates(given)[0]}


def filled(block: str) -> str:
    """A block with its blanks filled in."""
    for blank, value in BLANKS.items():
        block = re.sub(rf"^{blank}=….*", f"{blank}={value}", block, flags=re.M)
    return block


def case(folder: Path, part: str, account: dict[str, Any] | None = None, **how: Any) -> Ran:
    """Run the block with this text, with other responses or one call rejected.

    `instead` redefines functions of the page.
    """
    [script] = [filled(block) for block in BLOCKS if part in block]
    assert "…" not in re.sub(r"#.*", "", script)
    return shell(folder, how.pop("instead", "") + script, account, **how)


def shell(folder: Path, script: str, account: dict[str, Any] | None = None, **how: Any) -> Ran:
    """Run the page's functions and a script."""
    signing = f"export PYTHON={sys.executable} AWS_ACCESS_KEY_ID=one AWS_SECRET_ACCESS_KEY=two"
    answers = {**ACCOUNT, **(account or {})}
    return run(f"{FUNCTIONS}\n{signing}\n{script}", answers, folder=folder, **how)


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_runs_whole_with_what_aws_knows(block: str, tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "operations.sh").write_text(FUNCTIONS, encoding="utf-8")
    done = shell(tmp_path, f"set -e\n{MAKE}{filled(block)}", others=PROGRAMS)
    assert done.code == 0, done.said
    for words in done.calls:
        if words[0] == "make":
            settings = [word.split("=", 1) for word in words if "=" in word and "…" not in word]
            read(dict(settings))
        else:
            assert complaints(words) == [], words
    code = re.sub(r"(^|\s)#.*", "", block, flags=re.MULTILINE)
    called = {tuple(words[:2]) for words in done.calls}
    assert set(re.findall(r"\baws ([a-z\d-]+) ([a-z\d-]+)", code)) <= called
    if "signed" in block:
        assert "https://ours.s3.ap-northeast-1.amazonaws.com/" in str(done.calls)


@pytest.mark.parametrize("part", CHANGING)
def test_a_block_stops_at_the_first_rejected_call(part: str, tmp_path: Path) -> None:
    done = case(tmp_path, part, instead=IN_ONE_CALL)
    assert (done.code, len(done.calls) > 1) == (0, True), done.said
    assert not any("None" in word for words in done.calls for word in words if "[" not in word)
    for refused in range(len(done.calls)):
        stopped = case(tmp_path, part, refused=refused, instead=IN_ONE_CALL)
        assert stopped.code != 0, (refused, stopped.names)
        assert stopped.names == done.names[: refused + 1], stopped.said


@pytest.mark.parametrize("part", RESTORES)
def test_a_database_is_restored_into_the_stacks_network_with_its_capacity(
    part: str, tmp_path: Path
) -> None:
    done = case(tmp_path, part)
    [operation] = [words[1] for words in done.calls if words[1].startswith("restore-")]
    given = done.options(operation)
    aurora = "cluster" in operation
    prefix = "Aurora" if aurora else "Rds"
    assert given["db-subnet-group-name"] == f"{prefix}Subnets"
    assert given["vpc-security-group-ids"] == "SecurityGroupsDatabase"
    assert given[f"db{'-cluster' * aurora}-parameter-group-name"] == f"{prefix}Parameters"
    assert "deletion-protection" in given
    if aurora:
        capacity = given["serverless-v2-scaling-configuration"]
        assert capacity == "MinCapacity=0.5,MaxCapacity=4.5"
    else:
        assert "no-publicly-accessible" in given
    if "copied_backups" in part:
        newest = "backups-of-kirosamplestate-b"
        assert given["source-db-instance-automated-backups-arn"] == newest


def test_the_newest_image_and_the_secrets_of_the_lost_region_are_copied(tmp_path: Path) -> None:
    run = "docker() { cat >/dev/null; printf '<%s>' \"$*\"; }; copy_image </dev/null"
    tag = "--tag registry/kirosamplestate-here:recovered"
    source = "registry/kirosamplestate-there@sha256:new"
    said = shell(tmp_path, run).said
    assert f"<buildx imagetools create --prefer-index=false {tag} {source}>" in said
    assert shell(tmp_path, "copied_backups EngineVersion").said == "15.17\n"
    done = shell(tmp_path, "copy_secrets")
    read, put = (done.options(name) for name in ("get-secret-value", PUT))
    assert read["secret-id"] == "CookieKeys-x"
    assert put == {"secret-id": "CookieKeys", "secret-string": json.dumps(SECRET)}


def test_a_stack_s_output_sets_settings_of_their_names_and_nothing_else(tmp_path: Path) -> None:
    hostile = f"$(touch {tmp_path}/ran)`touch {tmp_path}/ran`; touch {tmp_path}/ran"
    given = {"TASKS": hostile, "WAF": "on\nPATH=none", "PATH": "none", hostile: hostile}
    output = [{"OutputKey": "Settings", "OutputValue": json.dumps(given)}]
    known = {STACKS: {"Stacks": [{"Outputs": output}]}}
    done = shell(
        tmp_path, 'set -e; was=$PATH; settings; echo "$TASKS$WAF"; test "$was" = "$PATH"', known
    )
    assert (done.code, done.said) == (0, f"{hostile}\n")
    assert not (tmp_path / "ran").exists()


def test_only_the_records_that_lead_to_the_lost_region_are_deleted(tmp_path: Path) -> None:
    done = shell(tmp_path, "delete_records Z1 example.com")
    given = done.options("change-resource-record-sets")
    changes = json.loads(given["change-batch"])["Changes"]
    assert {change["Action"] for change in changes} == {"DELETE"}
    assert [change["ResourceRecordSet"] for change in changes] == [
        {"Name": "example.com.", "Type": "A"},
        {"Name": "example.com.", "Type": "AAAA"},
    ]


@pytest.mark.parametrize(
    ("host", "database"), [(SECRET["host"], "old-db"), (CLUSTER_HOST, "kirosample-restored")]
)
def test_a_new_password_is_set_on_the_database_that_the_secret_names(
    host: str, database: str, tmp_path: Path
) -> None:
    read = {GET: {"SecretString": json.dumps({**SECRET, "host": host})}}
    done = case(tmp_path, MASTER, read)
    [put] = [written(done)["master"]]
    modified = done.options(f"modify-db-{'cluster' if 'cluster' in host else 'instance'}")
    assert database in modified.values()
    assert modified["master-user-password"] == put["password"] != SECRET["password"]
    assert len(put["password"]) == 48


@pytest.mark.parametrize(
    ("before", "after"),
    [("kirosample_app", "kirosample_app_clone"), ("kirosample_app_clone", "kirosample_app")],
)
def test_the_tasks_alternate_between_two_roles(before: str, after: str, tmp_path: Path) -> None:
    assert roles.alternate(before) == after
    secret = {**SECRET, "username": before}
    put = written(case(tmp_path, PASSWORD, {GET: {"SecretString": json.dumps(secret)}}))
    assert put == {"tasks": {**secret, "username": after, "password": put["tasks"]["password"]}}
    assert len(put["tasks"]["password"]) == 48


def written(done: Ran) -> dict[str, dict[str, str]]:
    """The secrets that were put, by their name."""
    puts = [words for words in done.calls if words[1] == PUT]
    options = [dict(zip(words[2::2], words[3::2], strict=True)) for words in puts]
    return {put["--secret-id"]: json.loads(put["--secret-string"]) for put in options}


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        (["PENDING", "IN_PROGRESS", "SUCCESSFUL"], 0),
        (["IN_PROGRESS", "ROLLBACK_IN_PROGRESS"], 1),
        (["STOPPED"], 1),
    ],
)
def test_replace_tasks_waits_for_its_own_deployment(
    statuses: list[str], code: int, tmp_path: Path
) -> None:
    """The service is stable after a rollback too: `ecs wait services-stable` would not do."""
    given = {
        "ecs list-service-deployments": releases("1 SUCCESSFUL", "1 SUCCESSFUL", "2 PENDING"),
        "ecs describe-service-deployments": releases(*(f"2 {status}" for status in statuses)),
    }
    done = shell(tmp_path, "replace_tasks", given)
    asked = [words for words in done.calls if words[1] == "describe-service-deployments"]
    assert (done.code, len(asked)) == (code, len(statuses)), done.said
    assert all("2" in words for words in asked)


def test_a_rollback_deploys_the_image_that_ran_before(tmp_path: Path) -> None:
    ran = [
        {"createdAt": at, "containerImages": [{"image": "uri", "imageDigest": digest}]}
        for at, digest in ((1, "a"), (3, "b"), (2, "b"), (4, "c"), (5, "c"))
    ]
    script = 'settings() { :; }; make() { echo "$2"; }; output() { echo uri; }; roll_back'
    known = {"ecs describe-service-revisions": {"serviceRevisions": ran}}
    assert shell(tmp_path, script, known).said == "IMAGE_DIGEST=b\n"


def test_every_worker_is_replaced_and_asked_for_too(tmp_path: Path) -> None:
    known = {"ClusterName": "c", "ServiceName": "service", "WorkerServices": "deliver,mail"}
    outputs = [{"OutputKey": name, "OutputValue": value} for name, value in known.items()]
    given: dict[str, Any] = {STACKS: {"Stacks": [{"Outputs": outputs}]}}
    pairs = releases(*(f"{number} SUCCESSFUL" for number in range(1, 7)))
    given |= {"ecs list-service-deployments": pairs}
    done = shell(tmp_path, "replace_tasks && ecs_says", given)
    assert done.code == 0, done.said
    for call, option in (("update-service", "service"), ("describe-services", "services")):
        asked = [options(words)[option] for words in done.calls if words[1] == call]
        assert asked == ["service", "deliver", "mail"]


def test_a_rollback_keeps_signing_with_the_old_cookie_key(tmp_path: Path) -> None:
    rolled_back = {"ecs describe-service-deployments": releases("2 ROLLBACK_SUCCESSFUL")}
    keys = {GET: {"SecretString": "old key"}, **rolled_back}
    done = case(tmp_path, COOKIE_KEYS, keys)
    assert done.code != 0
    assert done.options(PUT)["secret-string"].startswith("old key,")


@pytest.mark.parametrize("part", DELETED)
def test_only_the_old_database_and_its_instances_are_deleted(part: str, tmp_path: Path) -> None:
    done = case(tmp_path, part)
    given = {value for words in done.calls if words[1].startswith("delete-") for value in words[2:]}
    named = {value for value in given if not value.startswith("--")}
    instances = {"old-1", "old-2"} if "cluster" in part else set()
    assert named == {"old-db", "old-db-final"} | instances


@pytest.mark.parametrize("code", [3, None])
def test_run_once_prints_the_log_and_returns_the_exit_code_or_why_it_never_started(
    code: int | None, tmp_path: Path
) -> None:
    container = {} if code is None else {"exitCode": code}
    task = {"stoppedReason": "CannotPullContainerError", "containers": [container]}
    ended = {"ecs describe-tasks": {"tasks": [task]}}
    done = shell(tmp_path, "run_once --help rows '1 \"2'", ended)
    assert done.code == (1 if code is None else code), done.said
    assert ("CannotPull" if code is None else "a line") in done.said
    [override] = json.loads(done.options("run-task")["overrides"])["containerOverrides"]
    assert override == {"name": MIGRATION_CONTAINER, "command": ["--help", "rows", '1 "2']}
    if code is not None:
        stream = done.options("get-log-events")["log-stream-name"]
        assert stream == f"{MIGRATION_CONTAINER}/{MIGRATION_CONTAINER}/0a1b"
        for refused in range(done.names.index("logs get-log-events")):
            stopped = shell(tmp_path, "run_once migrate", ended, refused=refused)
            assert (stopped.code != 0, len(stopped.calls)) == (True, refused + 1), stopped.said
