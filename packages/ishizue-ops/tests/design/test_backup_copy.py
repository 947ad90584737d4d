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


def test_rds_copies_its_own_backups_with_the_key_there(
    assembly: Assembly, designs: Designs
) -> None:
    manifest = json.loads((assembly("rds", **SETTINGS) / "manifest.json").read_text())
    place = manifest["artifacts"]["NotesTestCopies"]["environment"]
    assert place.endswith(f"/{ELSEWHERE}")
    design = designs("rds", **SETTINGS)
    instance = only(design, "AWS::RDS::DBInstance").properties
    assert instance["AutomaticBackupReplicationRegion"] == ELSEWHERE
    name = instance["AutomaticBackupReplicationKmsKeyId"]["Ref"]
    assert name in design.templates["NotesTestState"]["Parameters"]
    key = only(design, "AWS::KMS::Key", "NotesTestCopies/")
    assert key.raw["DeletionPolicy"] == "RetainExceptOnCreate"
    output = design.templates["NotesTestCopies"]["Outputs"][name]["Value"]
    assert output == {"Fn::GetAtt": [key.logical_id, "Arn"]}


def test_what_a_lost_region_takes_with_it_is_there_too(designs: Designs) -> None:
    design = designs("rds", **SETTINGS)
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


def test_a_day_without_a_good_answer_is_told(designs: Designs) -> None:
    """A question that is never asked, or asks of another database, is a day without one."""
    design = designs("rds", **SETTINGS)
    alarm = only(design, "AWS::CloudWatch::Alarm", "NoCopy")
    properties = alarm.properties
    # An hour with a question that was answered is the only good one.
    assert (properties["MetricName"], properties["Statistic"]) == ("Errors", "Minimum")
    assert properties["TreatMissingData"] == "breaching"
    asked = design.resolve(properties["Dimensions"][0]["Value"], alarm.stack)
    assert asked == only(design, "AWS::Lambda::Function", "BackupQuestion")


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
