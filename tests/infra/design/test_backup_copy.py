"""Copies of the backups in another region."""

import json

import pytest

from tests.infra.conftest import Assembly, Designs
from tests.infra.reading import only

ELSEWHERE = "ap-northeast-3"
DATABASES = {"rds": "AWS::RDS::DBInstance", "aurora": "AWS::RDS::DBCluster"}


def test_without_the_setting_or_a_database_nothing_is_copied(designs: Designs) -> None:
    for design in (designs(), designs("none", BACKUP_COPY_REGION=ELSEWHERE)):
        assert "KiroSampleCopies" not in design.templates
        assert not design.of_type("AWS::Backup::BackupPlan")


def test_the_vault_of_the_copies_is_in_that_region_and_kept(
    assembly: Assembly, designs: Designs
) -> None:
    manifest = json.loads((assembly(BACKUP_COPY_REGION=ELSEWHERE) / "manifest.json").read_text())
    place = manifest["artifacts"]["KiroSampleCopies"]["environment"]
    assert place.endswith(f"/{ELSEWHERE}")
    design = designs(BACKUP_COPY_REGION=ELSEWHERE)
    for type_ in ("AWS::Backup::BackupVault", "AWS::KMS::Key"):
        [found] = [one for one in design.of_type(type_) if one.stack == "KiroSampleCopies"]
        assert found.raw["DeletionPolicy"] == "RetainExceptOnCreate"


@pytest.mark.parametrize("database", DATABASES)
def test_each_day_s_backup_of_the_database_is_copied_there(designs: Designs, database: str) -> None:
    design = designs(database, BACKUP_COPY_REGION=ELSEWHERE, BACKUP_DAYS="14", ENVIRONMENT="test")
    plan = only(design, "AWS::Backup::BackupPlan")
    [rule] = plan.properties["BackupPlan"]["BackupPlanRule"]
    [copy] = rule["CopyActions"]
    [vault] = [
        found
        for found in design.of_type("AWS::Backup::BackupVault")
        if found.stack == "KiroSampleTestCopies"
    ]
    name = vault.properties["BackupVaultName"]
    assert name == "kirosample-test-copies"
    arn = "".join(
        part if isinstance(part, str) else "…"
        for part in copy["DestinationBackupVaultArn"]["Fn::Join"][1]
    )
    assert arn == f"arn:…:backup:{ELSEWHERE}:…:backup-vault:{name}"
    assert copy["Lifecycle"] == {"DeleteAfterDays": 14}
    selection = only(design, "AWS::Backup::BackupSelection").properties["BackupSelection"]
    found = only(design, DATABASES[database], "Instance" if database == "rds" else "")
    assert f'"{found.logical_id}"' in json.dumps(selection["Resources"])


def test_it_starts_outside_rds_s_own_windows(designs: Designs) -> None:
    """AWS Backup does not start in the maintenance window, or in the hour before it."""
    design = designs(BACKUP_COPY_REGION=ELSEWHERE)
    [rule] = only(design, "AWS::Backup::BackupPlan").properties["BackupPlan"]["BackupPlanRule"]
    assert rule["ScheduleExpression"] == "cron(0 20 * * ? *)"
    properties = only(design, "AWS::RDS::DBInstance").properties
    windows = (properties["PreferredBackupWindow"], properties["PreferredMaintenanceWindow"])
    hours = [int(end.split(":")[-2]) for window in windows for end in window.split("-")]
    latest = 20 + rule["StartWindowMinutes"] // 60
    assert max(hours) < 20
    assert latest <= min(hours) + 24 - 1
