"""The table of a deployed environment, and the dates of which the weekly workflow warns."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.deploy.aws import Account
from tests.deploy.conftest import OPERATOR

from ishizue_ops.deploy import Stopped
from ishizue_ops.deploy.ending import ended
from ishizue_ops.health import __main__ as health

NOW = datetime(2026, 12, 2, 9, tzinfo=UTC)
WHO = {"Account": "111122223333", "Arn": "arn:aws:iam::111122223333:user/owner", "UserId": "A"}
SAME = {"LogicalResourceId": "Any", "Timestamp": NOW, "ResourceStatus": "CREATE_COMPLETE"}
KINDS = {"rds": "Instance", "aurora": "Cluster"}


@pytest.fixture
def account() -> Account:
    """One whose caller has the rights of `iam/operator.toml`."""
    made = Account(OPERATOR)
    made.responds("sts", "get_caller_identity", WHO)
    return made


def has(account: Account, service: str, stack: str, **resources: str) -> None:
    """Add a list of the stack's resources, by type with underscores."""
    rows = [
        {"ResourceType": kind.replace("_", "::"), "PhysicalResourceId": name, **SAME}
        for kind, name in resources.items()
    ]
    listed = {"StackResources": rows}
    account.responds(service, "describe_stack_resources", listed, {"StackName": stack})


@pytest.mark.parametrize(("database", "cdn"), [("rds", "off"), ("aurora", "on")])
def test_the_table_has_what_runs_rings_and_ends(account: Account, database: str, cdn: str) -> None:
    settings = {"DATABASE": database, "DOMAIN": "example.com", "CDN": cdn, "OUTSIDE_CHECK": "on"}
    account.has_stack("NotesState", Settings=json.dumps(settings))
    account.responds("ec2", "describe_regions", {"Regions": []})
    outputs = {"ClusterName": "cluster", "ServiceName": "web", "WorkerServices": "mail,sweep"}
    account.has_stack("NotesService", **outputs)
    count = {"runningCount": 1, "desiredCount": 2}
    days = [{"createdAt": datetime(2026, 11, day, tzinfo=UTC)} for day in (20, 30, 10)]
    running = [{**count, "deployments": [deployment]} for deployment in days]
    asked: dict[str, Any] = {"cluster": "cluster", "services": ["web", "mail", "sweep"]}
    account.responds("ecs", "describe_services", {"services": running}, asked)
    asked = {"StateValue": "ALARM", "AlarmNamePrefix": "Notes-production-"}
    for service, alarm in (("cloudwatch", "Cpu"), ("cloudwatch us-east-1", "Outside-Unreachable")):
        ringing = {"MetricAlarms": [{"AlarmName": f"Notes-production-{alarm}"}]}
        account.responds(service, "describe_alarms", ringing, asked)
    # Aurora has instances too.
    kind = KINDS[database]
    has(
        account,
        "cloudformation",
        "NotesState",
        **{"AWS_RDS_DBInstance": "db", f"AWS_RDS_DB{kind}": "db"},
    )
    found = {"LatestRestorableTime": datetime(2026, 12, 1, 8, tzinfo=UTC), "EngineVersion": "15.17"}
    operation, asked = f"describe_db_{kind.lower()}s", {f"DB{kind}Identifier": "db"}
    account.responds("rds", operation, {f"DB{kind}s": [found]}, asked)
    elsewhere = " us-east-1" if cdn == "on" else ""
    arn = "arn:aws:acm:us-east-1:111122223333:certificate/1"
    stack = "NotesCdn" if cdn == "on" else "NotesService"
    has(account, f"cloudformation{elsewhere}", stack, AWS_CertificateManager_Certificate=arn)
    ends = {"Certificate": {"NotAfter": datetime(2027, 1, 1, tzinfo=UTC)}}
    account.responds(f"acm{elsewhere}", "describe_certificate", ends, {"CertificateArn": arn})
    session: Any = account
    said = {str(what): str(how) for what, how in health.rows(session, {}, NOW)}
    account.all_called()
    assert said == {
        "last deployment of tasks": "2 d 9 h ago",
        "tasks that run, and that should": "3 / 6",
        "alarms that are on": "Notes-production-Cpu, Notes-production-Outside-Unreachable",
        "newest backup": "1 d 1 h ago",
        "end of the certificate": "30 days left, until 2027-01-01",
        "last day of AWS's standard support of PostgreSQL 15": "454 days left, until 2028-02-29",
    }


def test_without_an_environment_it_says_so(account: Account) -> None:
    account.has_no_stack()
    account.has_no_stack()
    session: Any = account
    with pytest.raises(Stopped, match="NotesService"):
        [*health.rows(session, {}, NOW)]


def test_without_credentials_it_is_one_line_and_exit_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr("sys.argv", ["health"])
    assert ended("health", health.main) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)


def test_a_date_is_warned_of_120_days_before_in_the_order_of_the_dates(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    table = tmp_path / "dates.toml"
    table.write_text('[[dates]]\non = 2027-12-31\nen = "holidays"\nja = "祝日"\n', "utf-8")
    monkeypatch.setattr(health, "DATES", table)
    assert health.near(date(2027, 9, 1)) == []
    told = "::warning::holidays: 120 days left, until 2027-12-31"
    assert health.near(date(2027, 9, 2)) == [told]
    monkeypatch.setenv("LANGUAGE", "ja")
    assert health.near(date(2027, 9, 2)) == ["::warning::祝日: あと 120 日（2027-12-31）"]
    assert [on.year for on, _ in health.dates()] == [2027, 2028, 2031]
