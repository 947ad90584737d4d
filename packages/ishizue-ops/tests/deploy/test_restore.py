"""`make restore`: what is renamed, in which order, and where it goes on."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.model import OperationModel
from tests.deploy.aws import STATE, Account

from ishizue_ops.deploy import Stopped
from ishizue_ops.deploy import restore as command
from ishizue_ops.deploy.restore import Restore
from ishizue_ops.project import read
from ishizue_ops.testing.designs import Designs

RDS = {"RdsInstance1": ("DBInstance", "own")}
AURORA = {
    "AuroraCluster1": ("DBCluster", "own"),
    "AuroraClusterReader1": ("DBInstance", "own-r"),
    "AuroraClusterWriter1": ("DBInstance", "own-w"),
}
REFERENCE = {"Ref": "AnotherResource"}
TEMPLATE = {
    "RdsInstance1": {"MultiAZ": False, "AllocatedStorage": "20", "VPCSecurityGroups": [REFERENCE]},
    "AuroraCluster1": {"PerformanceInsightsEnabled": True, "EngineVersion": "15.17"},
    **{
        name: {"DBClusterIdentifier": REFERENCE, "AvailabilityZone": f"one-{zone}"}
        | {"Engine": "aurora-postgresql", "DBInstanceClass": "db.serverless", "PromotionTier": tier}
        for name, zone, tier in (("AuroraClusterReader1", "c", 1), ("AuroraClusterWriter1", "a", 0))
    },
}
CHANGES: dict[str, dict[str, Any]] = {
    "back": {"EnablePerformanceInsights": True, "MasterUserPassword": "now"},
    "back-a": {"DBInstanceClass": "db.serverless", "PromotionTier": 0},
    "back-c": {"DBInstanceClass": "db.serverless", "PromotionTier": 1},
}
"""What the template says, and the restored database does not have."""
OUT = {"own": "notes-replaced", "own-w": "notes-replaced-a", "own-r": "notes-replaced-c"}
IN = {"back": "own", "back-a": "own-w", "back-c": "own-r"}
"""What is renamed, in this order: what makes room, and what takes its place."""


class Rds:
    """RDS with databases of these names; what is asked for is done some looks later.

    botocore checks every call's parameters.
    """

    def __init__(self, account: Account, *names: str) -> None:
        client, stubber = account._pair("rds")
        stubber.deactivate()
        client.meta.events.register("before-parameter-build.rds", self._asked)
        client.meta.events.register("before-call.rds", self._answered)
        self.named = {name: name for name in names}
        """What each was named first, by its name."""
        self.looks = {name: ["available"] for name in names}
        """The statuses that each look at one finds; the last one stays."""
        self.changes: dict[str, dict[str, Any]] = {}
        """What was asked for beside another name, by the old one."""
        self.made: dict[str, dict[str, Any]] = {}
        self.more: dict[str, Any] = {}
        """What RDS also says of each."""

    def _asked(self, params: dict[str, Any], **_: Any) -> None:
        self._given = dict(params)

    def _answered(self, model: OperationModel, **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        [(verb, kind)] = re.findall(r"^(Describe|Modify|Create)(DB[A-Za-z]+?)s?$", model.name)
        given = self._given
        name = given.pop(f"{kind}Identifier")
        code = 200
        answer: dict[str, Any] = {}
        if verb == "Describe":
            looks = self.looks.get(name, ["gone"])
            status = looks.pop(0) if len(looks) > 1 else looks[0]
            key = "Status" if kind == "DBCluster" else "DBInstanceStatus"
            answer = {f"{kind}s": [{key: status, **self.more}]}
            if status == "gone":
                code = 404
                answer = {"Error": {"Code": f"{kind}NotFound"}}
        elif verb == "Modify":
            assert given.pop("ApplyImmediately")
            new = given.pop(f"New{kind}Identifier")
            assert new not in self.named, "RDS refuses a name that is taken"
            self.named[new] = self.named.pop(name)
            self.looks[new] = ["gone", "renaming", *self.looks.pop(name)]
            self.changes[name] = given
        else:
            self.named[name] = name
            self.made[name] = given
            self.looks[name] = ["creating", "available"]
        return AWSResponse(None, code, {}, None), answer


def restore(
    account: Account,
    design: dict[str, tuple[str, str]],
    restored: str = "back",
    settings: Mapping[str, str] = {},
) -> None:
    account.has_stack(STATE, DatabaseMasterSecret="secret")
    account.responds("secretsmanager", "get_secret_value", {"SecretString": '{"password": "now"}'})
    rows = {
        "Bucket1": ("AWS::S3::Bucket", "bucket"),
        **{logical: (f"AWS::RDS::{kind}", name) for logical, (kind, name) in design.items()},
    }
    listed = [
        {
            "LogicalResourceId": logical,
            "ResourceType": kind,
            "PhysicalResourceId": name,
            "ResourceStatus": "CREATE_COMPLETE",
            "Timestamp": 0,
        }
        for logical, (kind, name) in rows.items()
    ]
    account.responds("cloudformation", "describe_stack_resources", {"StackResources": listed})
    resources = {name: {"Properties": properties} for name, properties in TEMPLATE.items()}
    body = json.dumps({"Resources": resources})
    account.responds("cloudformation", "get_template", {"TemplateBody": body})
    session: Any = account
    Restore(read(settings), session, seconds=0).run(restored)


def test_the_restored_cluster_takes_every_name_with_the_password_of_today(account: Account) -> None:
    rds = Rds(account, *OUT, *IN)
    restore(account, AURORA)
    assert rds.named == {new: old for old, new in {**OUT, **IN}.items()}
    assert [*rds.changes] == [*OUT, *IN]
    assert rds.changes == {old: {} for old in OUT} | CHANGES


def test_nothing_is_renamed_before_every_instance_is_available(account: Account) -> None:
    """Requests would fail until it is."""
    rds = Rds(account, *OUT, *IN)
    rds.looks["back-c"] = ["creating"]
    with pytest.raises(Stopped, match="back-c is not available yet"):
        restore(account, AURORA)
    assert rds.changes == {}


@pytest.mark.parametrize("done", range(1, 7))
def test_it_goes_on_where_it_stopped_and_once_it_is_done_it_renames_nothing(
    account: Account, done: int
) -> None:
    """Between the two clusters nothing has the name."""
    moves = [*{**OUT, **IN}.items()]
    rds = Rds(account, *(new for _, new in moves[:done]), *(old for old, _ in moves[done:]))
    restore(account, AURORA)
    assert [*rds.changes] == [old for old, _ in moves[done:]]
    assert {*rds.named} == {new for _, new in moves}


def test_a_restored_cluster_gets_the_instances_of_the_template(account: Account) -> None:
    """Here the one of the writer: with AURORA_READER=off there is no other."""
    rds = Rds(account, "own", "own-w", "back")
    restore(account, {name: AURORA[name] for name in AURORA if "Reader" not in name})
    where = {"AvailabilityZone": "one-a", "Engine": "aurora-postgresql"}
    assert rds.made == {"back-a": {"DBClusterIdentifier": "back", **where, **CHANGES["back-a"]}}
    assert {*rds.named} == {"own", "own-w", "notes-replaced", "notes-replaced-a"}


@pytest.mark.parametrize("gone", [False, True])
def test_rds_takes_what_the_restore_call_does_not(gone: bool, account: Account) -> None:
    """The database that it replaces may have been deleted by hand."""
    there = () if gone else ("own",)
    rds = Rds(account, "back", *there)
    restore(account, RDS)
    replaced: dict[str, Any] = {name: {} for name in there}
    assert rds.changes == {**replaced, "back": {"MultiAZ": False, "MasterUserPassword": "now"}}


@pytest.mark.parametrize(
    ("type_", "database"),
    [("DBInstance", "rds"), ("DBCluster", "aurora"), ("DBInstance", "aurora")],
)
def test_every_property_of_a_restored_database_comes_from_somewhere(
    designs: Designs, type_: str, database: str
) -> None:
    """From the template, the restore call in operations.sh, the backup, or the name's stack."""
    of_call = {"DBSubnetGroupName", "EnableCloudwatchLogsExports", "EngineLifecycleSupport"}
    of_call |= {"DBParameterGroupName", "DBClusterParameterGroupName"}
    of_call |= {"VPCSecurityGroups", "VpcSecurityGroupIds"}
    of_backup = {"AllocatedStorage", "DBName", "DatabaseName", "Engine", "EngineVersion"}
    of_backup |= {"MasterUsername", "Port", "StorageEncrypted", "StorageType"}
    of_backup |= {"DBClusterIdentifier", "AvailabilityZone"}  # of an instance that was made for it
    of_stack = {"DeleteAutomatedBackups", "MasterUserPassword", "Tags"}
    session: Any = Account()
    command_ = Restore(read({}), session)
    for resource in designs(database).of_type(f"AWS::RDS::{type_}"):
        taken = command_._taken(f"Modify{type_}", resource.properties, without=command._AS_RESTORED)
        own = {"EnablePerformanceInsights": "PerformanceInsightsEnabled"}
        named = {own.get(name, name) for name in taken} | set(taken)
        assert resource.properties.keys() <= named | of_call | of_backup | of_stack


@pytest.mark.parametrize("before", [True, False])
def test_the_backups_of_the_database_that_takes_over_are_copied_too(
    account: Account, before: bool
) -> None:
    """RDS knows the setting of a database, whatever its name; CloudFormation sees the name."""
    there = [{"DBInstanceAutomatedBackupsArn": "arn"}] if before else []
    said = {"DBInstanceArn": "arn:own", "DBInstanceAutomatedBackupsReplications": there}
    Rds(account, "own", "back").more = said
    if not before:
        account.has_stack("NotesCopies", service="cloudformation us-west-2", CopyKey="arn:key")
        given = {"SourceDBInstanceArn": "arn:own", "BackupRetentionPeriod": 14}
        account.responds(
            "rds us-west-2",
            "start_db_instance_automated_backups_replication",
            {},
            {**given, "KmsKeyId": "arn:key"},
        )
    restore(account, RDS, settings={"BACKUP_COPY_REGION": "us-west-2", "BACKUP_DAYS": "14"})


def test_the_way_back_gives_the_restored_one_its_name_again(account: Account) -> None:
    rds = Rds(account, "own", "notes-replaced")
    restore(account, RDS, "notes-replaced")
    assert rds.named == {"notes-restored": "own", "own": "notes-replaced"}


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["own"], "there is no DBInstance back"),
        (["own", "back", "notes-replaced"], "notes-replaced is there from before"),
    ],
)
def test_an_unknown_name_and_one_that_is_taken_stop_it_before_it_renames(
    account: Account, names: list[str], why: str
) -> None:
    rds = Rds(account, *names)
    with pytest.raises(Stopped, match=why):
        restore(account, RDS)
    assert rds.changes == {}
