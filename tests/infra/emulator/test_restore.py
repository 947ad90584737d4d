"""`make restore` on a deployed stack: another database takes its name, and gives it back."""

import boto3
import pytest

from ishizue_ops.config import DEFAULT_REGION
from ishizue_ops.deploy.restore import Restore
from ishizue_ops.project import read
from tests.infra.emulator.conftest import Deploy, needs_emulator

pytestmark = [pytest.mark.slow, pytest.mark.external, pytest.mark.long, needs_emulator]


def test_a_restored_database_takes_the_stack_s_name_and_gives_it_back(deploy: Deploy) -> None:
    rehearsal = deploy(DATABASE="rds")
    session = boto3.Session(region_name=DEFAULT_REGION)
    rds = session.client("rds")

    def databases() -> dict[str, str]:
        """RDS's own ids, which renaming does not change, by the names."""
        found = rds.describe_db_instances()["DBInstances"]
        return {one["DBInstanceIdentifier"]: one["DbiResourceId"] for one in found}

    [(own, first)] = databases().items()
    rds.create_db_snapshot(DBInstanceIdentifier=own, DBSnapshotIdentifier="kept")
    rds.restore_db_instance_from_db_snapshot(
        DBSnapshotIdentifier="kept",
        DBInstanceIdentifier="kirosample-restored",
        DeletionProtection=True,
    )
    second = databases()["kirosample-restored"]
    restore = Restore(read({"DATABASE": "rds"}), session, seconds=0.01)
    restore.run("kirosample-restored")
    assert databases() == {own: second, "kirosample-replaced": first}
    rehearsal.no_difference()
    restore.run("kirosample-replaced")
    assert databases() == {own: first, "kirosample-restored": second}
