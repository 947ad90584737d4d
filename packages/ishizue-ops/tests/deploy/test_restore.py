"""`make restore`: what is renamed, in which order, and where it goes on.

tests/infra/emulator restores a whole deployment.
"""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.deploy.aws import STATE, Account

from ishizue_ops.deploy import Stopped
from ishizue_ops.deploy import restore as command
from ishizue_ops.deploy.restore import Restore
from ishizue_ops.project import read

RDS = {"RdsInstance1": ("DBInstance", "own")}
AURORA = {
    "AuroraCluster1": ("DBCluster", "own"),
    "AuroraClusterReader1": ("DBInstance", "own-r"),
    "AuroraClusterWriter1": ("DBInstance", "own-w"),
}
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
    password = {"MasterUserPassword": "now"} if (old, new) == ("back", "own") else {}
    account.responds("rds", f"modify_{OPERATIONS[kind]}", {}, {**names, **password})
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
    """Both clusters are there, and the restored one has its instances."""
    has(account, "DBCluster", "own")
    has(account, "DBCluster", "back")
    lacks(account, "DBCluster")
    has(account, "DBCluster", "back")


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
    session: Any = account
    Restore(read(settings), session, seconds=0).run(restored)


def test_the_restored_cluster_takes_every_name_with_the_password_of_today(account: Account) -> None:
    starts(account)
    for name in ("back-a", "back-c"):
        has(account, "DBInstance", name)
    for move in (*OUT, *IN):
        renames(account, *move)
    restore(account, AURORA)


@pytest.mark.parametrize("status", ["creating", None])
def test_nothing_is_renamed_before_every_instance_is_available(
    account: Account, status: str | None
) -> None:
    """Requests would fail until it is."""
    starts(account)
    has(account, "DBInstance", "back-a")
    if status:
        has(account, "DBInstance", "back-c", status)
    else:
        lacks(account, "DBInstance")
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
