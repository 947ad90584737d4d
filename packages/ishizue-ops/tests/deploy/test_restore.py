"""`make restore`: what is renamed, in which order, and where it goes on.

tests/infra/emulator restores a whole deployment.
"""

import json
from collections.abc import Mapping
from typing import Any

import pytest
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
    "single": {"MultiAZ": False, "MasterUserPassword": "now"},
}
"""What the template says, and the restored database does not have."""
OUT = (
    ("DBCluster", "own", "notes-replaced"),
    ("DBInstance", "own-w", "notes-replaced-a"),
    ("DBInstance", "own-r", "notes-replaced-c"),
)
IN = (
    ("DBCluster", "back", "own"),
    ("DBInstance", "back-a", "own-w"),
    ("DBInstance", "back-c", "own-r"),
)
INSTANCES = (("DBInstance", "back-a"), ("DBInstance", "back-c"))
OPERATIONS = {"DBCluster": "db_cluster", "DBInstance": "db_instance"}


def has(account: Account, kind: str, name: str, status: str = "available") -> None:
    key = "Status" if kind == "DBCluster" else "DBInstanceStatus"
    account.responds(
        "rds",
        f"describe_{OPERATIONS[kind]}s",
        {f"{kind}s": [{key: status}]},
        {f"{kind}Identifier": name},
    )


def lacks(account: Account, kind: str) -> None:
    account.refuses("rds", f"describe_{OPERATIONS[kind]}s", f"{kind}NotFound")


def renames(account: Account, kind: str, old: str, new: str) -> None:
    """It is asked for, and done at the third look."""
    has(account, kind, old)
    lacks(account, kind)
    names = {f"{kind}Identifier": old, f"New{kind}Identifier": new, "ApplyImmediately": True}
    changes = CHANGES.get(old, {})
    account.responds("rds", f"modify_{OPERATIONS[kind]}", {}, {**names, **changes})
    lacks(account, kind)
    has(account, kind, new, "renaming")
    has(account, kind, new)


def renamed(account: Account, kind: str, old: str, new: str) -> None:
    """It was done before."""
    if old.startswith("own"):  # another has the name by now
        has(account, kind, old)
        has(account, kind, new)
    else:
        lacks(account, kind)
    has(account, kind, new)


def starts(account: Account) -> None:
    """Both clusters are there."""
    has(account, "DBCluster", "own")
    has(account, "DBCluster", "back")
    lacks(account, "DBCluster")


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
    starts(account)
    for kind, name in (*INSTANCES, ("DBCluster", "back"), *INSTANCES):
        has(account, kind, name)
    for move in (*OUT, *IN):
        renames(account, *move)
    restore(account, AURORA)


def test_nothing_is_renamed_before_every_instance_is_available(account: Account) -> None:
    """Requests would fail until it is."""
    starts(account)
    for kind, name in (*INSTANCES, ("DBCluster", "back"), INSTANCES[0]):
        has(account, kind, name)
    has(account, "DBInstance", "back-c", "creating")
    with pytest.raises(Stopped, match="back-c is not available yet"):
        restore(account, AURORA)


def test_it_goes_on_where_it_stopped(account: Account) -> None:
    """Between the two clusters nothing has the name."""
    lacks(account, "DBCluster")
    has(account, "DBCluster", "back")
    has(account, "DBCluster", "notes-replaced")
    lacks(account, "DBCluster")
    has(account, "DBCluster", "notes-replaced")
    for move in (*OUT[1:], *IN):
        renames(account, *move)
    restore(account, AURORA)


def test_once_it_is_done_it_renames_nothing(account: Account) -> None:
    has(account, "DBCluster", "own")
    lacks(account, "DBCluster")
    has(account, "DBCluster", "notes-replaced")
    for move in (*OUT, *IN):
        renamed(account, *move)
    restore(account, AURORA)


def test_a_restored_cluster_gets_the_instances_of_the_template(account: Account) -> None:
    """Here the one of the writer: with AURORA_READER=off there is no other."""
    only = {name: AURORA[name] for name in AURORA if "Reader" not in name}
    starts(account)
    lacks(account, "DBInstance")
    names = {"DBInstanceIdentifier": "back-a", "DBClusterIdentifier": "back"}
    where = {"AvailabilityZone": "one-a", "Engine": "aurora-postgresql"}
    account.responds("rds", "create_db_instance", {}, {**names, **where, **CHANGES["back-a"]})
    has(account, "DBInstance", "back-a", "creating")
    has(account, "DBInstance", "back-a")
    has(account, "DBCluster", "back")
    has(account, "DBInstance", "back-a")
    for move in (*OUT[:2], *IN[:2]):
        renames(account, *move)
    restore(account, only)


@pytest.mark.parametrize("gone", [False, True])
def test_rds_takes_what_the_restore_call_does_not(gone: bool, account: Account) -> None:
    lacks(account, "DBInstance") if gone else has(account, "DBInstance", "own")
    has(account, "DBInstance", "single")
    lacks(account, "DBInstance")
    has(account, "DBInstance", "single")
    if not gone:
        renames(account, "DBInstance", "own", "notes-replaced")
    renames(account, "DBInstance", "single", "own")
    restore(account, RDS, "single")


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
    for found in designs(database).of_type(f"AWS::RDS::{type_}"):
        taken = command_._taken(f"Modify{type_}", found.properties, without=command._AS_RESTORED)
        own = {"EnablePerformanceInsights": "PerformanceInsightsEnabled"}
        named = {own.get(name, name) for name in taken} | set(taken)
        assert found.properties.keys() <= named | of_call | of_backup | of_stack


@pytest.mark.parametrize("before", [True, False])
def test_the_backups_of_the_database_that_takes_over_are_copied_too(
    account: Account, before: bool
) -> None:
    """RDS knows the setting of a database, whatever its name; CloudFormation sees the name."""
    has(account, "DBInstance", "own")
    lacks(account, "DBInstance")
    has(account, "DBInstance", "notes-replaced")
    for move in (("DBInstance", "own", "notes-replaced"), ("DBInstance", "back", "own")):
        renamed(account, *move)
    there = [{"DBInstanceAutomatedBackupsArn": "arn"}] if before else []
    found = {"DBInstanceArn": "arn:own", "DBInstanceAutomatedBackupsReplications": there}
    to = {"DBInstanceIdentifier": "own"}
    account.responds("rds", "describe_db_instances", {"DBInstances": [found]}, to)
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
    has(account, "DBInstance", "own")
    has(account, "DBInstance", "notes-replaced")
    lacks(account, "DBInstance")
    has(account, "DBInstance", "notes-replaced")
    renames(account, "DBInstance", "own", "notes-restored")
    # The rest is not what this test is about.
    account.refuses("rds", "describe_db_instances", "Throttling")
    with pytest.raises(account.client("rds").exceptions.ClientError, match="Throttling"):
        restore(account, RDS, "notes-replaced")


@pytest.mark.parametrize(
    ("back", "replaced", "why"),
    [
        (False, False, "there is no DBInstance back"),
        (True, True, "notes-replaced is there from before"),
    ],
)
def test_an_unknown_name_and_one_that_is_taken_stop_it_before_it_renames(
    account: Account, back: bool, replaced: bool, why: str
) -> None:
    has(account, "DBInstance", "own")
    for name, exists in (("back", back), ("notes-replaced", replaced)):
        if exists:
            has(account, "DBInstance", name)
        else:
            lacks(account, "DBInstance")
    with pytest.raises(Stopped, match=why):
        restore(account, RDS)


def test_without_a_name_it_is_one_line_and_exit_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RESTORE", "")
    assert command.main() == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("restore: set RESTORE")
