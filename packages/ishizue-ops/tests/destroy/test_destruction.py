"""The end of an environment: whatever there is, in any state, and nothing of another one.

tests/infra/emulator ends a whole one.
"""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.deploy.aws import Account
from tests.destroy.account import ARNS, HERE, SERVICE, STATE, FakeAccount

from ishizue_ops.destroy.__main__ import deployed
from ishizue_ops.destroy.destruction import Destruction
from ishizue_ops.destroy.remains import Remain, Remover
from ishizue_ops.project import read
from ishizue_ops.words import Text

INSIDE = {"member", "objects"}
"""What is in another thing: an instance that somebody added, and a bucket's objects."""
THINGS = sorted({*ARNS, *INSIDE, SERVICE, STATE})


@settings(max_examples=600, deadline=None)
@given(
    there=st.sets(st.sampled_from(THINGS)),
    refused=st.sets(st.sampled_from(THINGS), max_size=3),
    updating=st.booleans(),
    keep_snapshot=st.booleans(),
)
def test_whatever_there_is_nothing_is_left_but_what_is_named(
    there: set[str], refused: set[str], updating: bool, keep_snapshot: bool
) -> None:
    """And nothing goes before what needs it, which the account refuses."""
    there -= {"member"} if "cluster" not in there else set()
    there -= {"objects"} if "bucket" not in there else set()
    there -= {"point"} if "vault" not in there else set()
    account: Any = FakeAccount({*there}, refused, updating={SERVICE} if updating else set())
    said: list[Text] = []
    destruction = Destruction(read({"ENVIRONMENT": "tried"}), account, say=said.append, seconds=0)
    left = destruction.run(keep_snapshot=keep_snapshot)
    named = "\n".join(map(str, [*left, *destruction.waiting]))
    unnamed = {what for what in account.there if what not in named}
    assert unnamed <= {*INSIDE, "point"}, (left, account.there)
    if not refused & there:
        # A snapshot that is kept keeps its key, and so does what only its owner deletes.
        kept = {"snapshot", "key"} if keep_snapshot else {"key"} if "table" in there else set()
        assert account.there <= {"table"} | kept
        assert bool(left) is bool(account.there & {"key", "table"})
    if "key" not in account.there and "key" in there:
        assert account.there.isdisjoint({"backup", "snapshot"})


def test_an_environment_with_roles_of_its_own_is_ended_as_earlier_releases_made_it() -> None:
    """Its roles delete its stacks, and carry the policy as their boundary."""
    account = Account()
    given = {"ENVIRONMENT": "tried", "DATABASE": "aurora", "DOMAIN": "example.com"}
    old = {"BOOTSTRAP": "own", "DEPLOYMENT": "canary", "BACKUP_COPY_REGION": "us-west-2"}
    account.has_stack(STATE, Settings=json.dumps({**given, **old}))
    account.refuses("ec2", "describe_regions", "UnauthorizedOperation")
    session: Any = account
    named = {"ENVIRONMENT": "tried", **old, "BACKUP_COPY_REGION": "none", "REGIONS": "eu-west-1"}
    config, regions = deployed(session, named)
    assert (config.domain, config.database) == ("example.com", "aurora")
    assert [*regions] == ["eu-west-1", "us-west-2"]
    stacks = Destruction(config, session, ("us-west-2",))._stacks()
    assert [stack.name.removeprefix("NotesTried") for stack in stacks] == [
        *("Outside", "Service", "State", "Cdn", "Copies", "Copies"),
        *("Bootstrap", "Bootstrap", "Bootstrap", "Limits"),
    ]


@pytest.mark.parametrize("keep_snapshot", [True, False])
def test_what_rds_keeps_of_a_cluster_goes_but_its_snapshots_if_they_are_wanted(
    keep_snapshot: bool,
) -> None:
    account = Account()
    arn = "arn:aws:rds:ap-northeast-1:1:cluster-auto-backup:ab-1"
    backups = [
        {
            "DBClusterIdentifier": name,
            "DbClusterResourceId": name,
            "DBClusterAutomatedBackupsArn": arn,
        }
        for name in ("own", "another")
    ]
    snapshots = [
        {"DBClusterIdentifier": name, "DBClusterSnapshotIdentifier": f"last-of-{name}"}
        for name in ("own", "another")
    ]
    for operation, response in (
        ("describe_db_instance_automated_backups", {"DBInstanceAutomatedBackups": []}),
        ("describe_db_cluster_automated_backups", {"DBClusterAutomatedBackups": backups}),
        ("delete_db_cluster_automated_backup", {}),
        ("describe_db_snapshots", {"DBSnapshots": []}),
        ("describe_db_cluster_snapshots", {"DBClusterSnapshots": snapshots}),
    ):
        to = {"DbClusterResourceId": "own"} if operation.startswith("delete") else None
        account.responds("rds", operation, response, to)
    if not keep_snapshot:
        last = {"DBClusterSnapshotIdentifier": "last-of-own"}
        account.responds("rds", "delete_db_cluster_snapshot", {}, last)
    session: Any = account
    remover = Remover(session, 0, print, keep_snapshot)
    remover.remove(Remain("backups", "own", HERE))
    account.all_called()
    assert [*map(str, remover.waiting)] == ["snapshot last-of-own: kept"] * keep_snapshot
