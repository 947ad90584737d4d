"""`make restore` on a deployed stack: another database takes its name, and gives it back."""

import os
from pathlib import Path

import boto3
import pytest

from ishizue_ops.config import REGION
from ishizue_ops.deploy.restore import Restore
from ishizue_ops.emulator import process
from ishizue_ops.emulator.rehearsal import Rehearsal
from ishizue_ops.project import read
from tests.infra.emulator.conftest import needs_emulator

pytestmark = [pytest.mark.slow, pytest.mark.external, pytest.mark.long, needs_emulator]


def test_a_restored_database_takes_the_stack_s_name_and_gives_it_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with process.running() as emulator:
        environ = emulator.environ(os.environ)
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            monkeypatch.delenv(name)
        for name, text in environ.items():
            monkeypatch.setenv(name, text)
        config = read({"DATABASE": "rds"})
        rehearsal = Rehearsal(
            config, folder=emulator.folder, log=tmp_path / "cdk.log", environ=environ
        )
        rehearsal.first_deployment()
        session = boto3.Session(region_name=REGION)
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
        restore = Restore(config, session, seconds=0.01)
        restore.run("kirosample-restored")
        assert databases() == {own: second, "kirosample-replaced": first}
        rehearsal.no_difference()
        restore.run("kirosample-replaced")
        assert databases() == {own: first, "kirosample-restored": second}
