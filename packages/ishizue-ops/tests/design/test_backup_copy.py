"""Copies of the backups in another region."""

import json

from ishizue_ops.testing.designs import Assembly, Designs
from ishizue_ops.testing.reading import only

ELSEWHERE = "ap-northeast-3"


def test_each_day_s_backup_is_copied_to_a_vault_there_that_is_kept(
    assembly: Assembly, designs: Designs
) -> None:
    settings = {"BACKUP_COPY_REGION": ELSEWHERE, "BACKUP_DAYS": "14", "ENVIRONMENT": "test"}
    manifest = json.loads((assembly(**settings) / "manifest.json").read_text())
    place = manifest["artifacts"]["NotesTestCopies"]["environment"]
    assert place.endswith(f"/{ELSEWHERE}")
    design = designs(**settings)
    vault, key = (
        only(design, type_, "NotesTestCopies/")
        for type_ in ("AWS::Backup::BackupVault", "AWS::KMS::Key")
    )
    assert {each.raw["DeletionPolicy"] for each in (vault, key)} == {"RetainExceptOnCreate"}
    plan = only(design, "AWS::Backup::BackupPlan")
    [rule] = plan.properties["BackupPlan"]["BackupPlanRule"]
    [copy] = rule["CopyActions"]
    name = vault.properties["BackupVaultName"]
    assert name == "notes-test-copies"
    parts = copy["DestinationBackupVaultArn"]["Fn::Join"][1]
    arn = "".join(part if isinstance(part, str) else "…" for part in parts)
    assert arn == f"arn:…:backup:{ELSEWHERE}:…:backup-vault:{name}"
    assert copy["Lifecycle"] == {"DeleteAfterDays": 14}
    selection = only(design, "AWS::Backup::BackupSelection").properties["BackupSelection"]
    found = only(design, "AWS::RDS::DBInstance")
    assert f'"{found.logical_id}"' in json.dumps(selection["Resources"])
    # AWS Backup does not start in RDS's windows, or in the hour before that of maintenance.
    assert rule["ScheduleExpression"] == "cron(0 20 * * ? *)"
    windows = ("PreferredBackupWindow", "PreferredMaintenanceWindow")
    ends = [end for window in windows for end in found.properties[window].split("-")]
    hours = [int(end.split(":")[-2]) for end in ends]
    assert max(hours) < 20
    assert 20 + rule["StartWindowMinutes"] // 60 <= min(hours) + 24 - 1


def test_a_failed_job_and_a_day_without_a_copy_are_told(designs: Designs) -> None:
    settings = {"BACKUP_COPY_REGION": ELSEWHERE, "BACKUP_DAYS": "14", "ENVIRONMENT": "test"}
    design = designs(**settings)
    rule = only(design, "AWS::Events::Rule", "BackupCopy")
    pattern = rule.properties["EventPattern"]
    assert pattern["source"] == ["aws.backup"]
    assert pattern["detail-type"] == ["Backup Job State Change", "Copy Job State Change"]
    assert {"FAILED", "ABORTED", "EXPIRED"} < set(pattern["detail"]["state"])
    database = only(design, "AWS::RDS::DBInstance")
    assert f'"{database.logical_id}"' in json.dumps(pattern["detail"]["resourceArn"])
    [target] = rule.properties["Targets"]
    topic = only(design, "AWS::SNS::Topic")
    assert design.resolve(target["Arn"], rule.stack) == topic
    alarm = only(design, "AWS::CloudWatch::Alarm", "NoCopy")
    properties = alarm.properties
    assert (properties["EvaluationPeriods"], properties["Period"]) == (26, 3600)
    assert properties["TreatMissingData"] == "breaching", "AWS Backup reports no zeros"
    [dimension] = properties["Dimensions"]
    vault = only(design, "AWS::Backup::BackupVault", "NotesTestCopies/")
    assert dimension["Value"] == vault.properties["BackupVaultName"]
