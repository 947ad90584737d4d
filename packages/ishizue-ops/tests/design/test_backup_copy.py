"""Copies of the backups and secrets in another region."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from tests.deploy.aws import Account

from ishizue_ops.design.database import backup_question
from ishizue_ops.testing.designs import Assembly, Designs
from ishizue_ops.testing.reading import only

ELSEWHERE = "ap-northeast-3"
SETTINGS = {"BACKUP_COPY_REGION": ELSEWHERE, "BACKUP_DAYS": "14", "ENVIRONMENT": "test"}


def test_rds_copies_its_own_backups_with_the_key_there(designs: Designs) -> None:
    design = designs("rds", **SETTINGS)
    instance = only(design, "AWS::RDS::DBInstance").properties
    assert instance["AutomaticBackupReplicationRegion"] == ELSEWHERE
    name = instance["AutomaticBackupReplicationKmsKeyId"]["Ref"]
    assert name in design.templates["NotesTestState"]["Parameters"]
    key = only(design, "AWS::KMS::Key", "NotesTestCopies/")
    output = design.templates["NotesTestCopies"]["Outputs"][name]["Value"]
    assert output == {"Fn::GetAtt": [key.logical_id, "Arn"]}
    assert not design.of_type("AWS::Backup::BackupPlan")
    # A change of the engine must not make the vault's name twice.
    assert only(design, "AWS::Backup::BackupVault").stack == "NotesTestCopies"


@pytest.mark.parametrize("database", ["rds", "aurora"])
def test_what_a_lost_region_takes_with_it_is_there_too(designs: Designs, database: str) -> None:
    design = designs(database, **SETTINGS)
    [secret] = [
        secret for secret in design.of_type("AWS::SecretsManager::Secret") if "Key" in secret.path
    ]
    assert secret.properties["ReplicaRegions"] == [{"Region": ELSEWHERE}]
    here, there = (
        json.loads(design.templates[name]["Outputs"]["Settings"]["Value"])
        for name in ("NotesTestState", "NotesTestCopies")
    )
    assert there == here
    assert there["BACKUP_DAYS"] == "14"


@pytest.mark.parametrize("database", ["rds", "aurora", "none"])
def test_without_the_setting_nothing_is_copied(designs: Designs, database: str) -> None:
    text = json.dumps(designs(database).templates)
    for name in ("ReplicaRegions", "AutomaticBackupReplication", "AWS::Backup", "CopyKey"):
        assert name not in text


def test_each_day_s_backup_is_copied_to_a_vault_there_that_is_kept(
    assembly: Assembly, designs: Designs
) -> None:
    manifest = json.loads((assembly("aurora", **SETTINGS) / "manifest.json").read_text())
    place = manifest["artifacts"]["NotesTestCopies"]["environment"]
    assert place.endswith(f"/{ELSEWHERE}")
    design = designs("aurora", **SETTINGS)
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
    cluster = only(design, "AWS::RDS::DBCluster")
    assert f'"{cluster.logical_id}"' in json.dumps(selection["Resources"])
    # AWS Backup does not start in RDS's windows, or in the hour before that of maintenance.
    assert rule["ScheduleExpression"] == "cron(0 20 * * ? *)"
    windows = ("PreferredBackupWindow", "PreferredMaintenanceWindow")
    ends = [end for window in windows for end in cluster.properties[window].split("-")]
    hours = [int(end.split(":")[-2]) for end in ends]
    assert max(hours) < 20
    assert 20 + rule["StartWindowMinutes"] // 60 <= min(hours) + 24 - 1


def test_a_failed_job_and_a_day_without_a_copy_are_told(designs: Designs) -> None:
    design = designs("aurora", **SETTINGS)
    rule = only(design, "AWS::Events::Rule", "BackupCopy")
    pattern = rule.properties["EventPattern"]
    assert pattern["source"] == ["aws.backup"]
    assert pattern["detail-type"] == ["Backup Job State Change", "Copy Job State Change"]
    assert {"FAILED", "ABORTED", "EXPIRED"} < set(pattern["detail"]["state"])
    database = only(design, "AWS::RDS::DBCluster")
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


def test_rds_is_asked_every_day_and_a_day_without_an_answer_is_told(designs: Designs) -> None:
    design = designs("rds", **SETTINGS)
    function = only(design, "AWS::Lambda::Function", "BackupQuestion")
    database = only(design, "AWS::RDS::DBInstance")
    asked = function.properties["Environment"]["Variables"]
    assert asked == {"DATABASE": {"Ref": database.logical_id}, "REGION": ELSEWHERE}
    rule = only(design, "AWS::Events::Rule", "BackupQuestion")
    assert design.resolve(rule.properties["Targets"][0]["Arn"], rule.stack) == function
    properties = only(design, "AWS::CloudWatch::Alarm", "NoCopy").properties
    assert (properties["EvaluationPeriods"], properties["Period"]) == (26, 3600)
    # An hour with a question that was answered is the only good one.
    assert (properties["MetricName"], properties["Statistic"]) == ("Errors", "Minimum")
    assert properties["TreatMissingData"] == "breaching"
    assert design.resolve(properties["Dimensions"][0]["Value"], rule.stack) == function


@pytest.mark.parametrize(
    ("hours", "name", "late"), [(0, "one", False), (7, "one", True), (0, "two", True)]
)
def test_the_question_fails_unless_rds_could_restore_the_last_hours(
    monkeypatch: pytest.MonkeyPatch, hours: int, name: str, late: bool
) -> None:
    account = Account()
    window = {"LatestTime": datetime.now(UTC) - timedelta(hours=hours)}
    backups = [
        {"DBInstanceIdentifier": name, "RestoreWindow": window},
        {"DBInstanceIdentifier": name},
    ]
    account.responds(
        f"rds {ELSEWHERE}",
        "describe_db_instance_automated_backups",
        {"DBInstanceAutomatedBackups": backups},
    )
    monkeypatch.setattr("boto3.client", account.client)
    monkeypatch.setenv("DATABASE", "one")
    monkeypatch.setenv("REGION", ELSEWHERE)
    if late:
        with pytest.raises(RuntimeError, match="late"):
            backup_question.handler({}, None)
    else:
        backup_question.handler({}, None)


@pytest.mark.parametrize("database", ["rds", "aurora"])
def test_a_lock_is_on_the_vault_that_has_a_copy_of_every_day(
    designs: Designs, database: str
) -> None:
    design = designs(database, **SETTINGS, BACKUP_LOCK="7")
    vault = only(design, "AWS::Backup::BackupVault", "Copies/")
    # Without ChangeableForDays it is of governance mode (AWS::Backup::BackupVault).
    assert vault.properties["LockConfiguration"] == {"MinRetentionDays": 7}
    [rule] = only(design, "AWS::Backup::BackupPlan").properties["BackupPlan"]["BackupPlanRule"]
    [copy] = rule["CopyActions"]
    assert copy["Lifecycle"]["DeleteAfterDays"] >= 7, "AWS Backup refuses a shorter one"
    assert only(design, "AWS::Backup::BackupSelection")
    unlocked = only(designs(database, **SETTINGS), "AWS::Backup::BackupVault", "Copies/")
    assert "LockConfiguration" not in unlocked.properties
