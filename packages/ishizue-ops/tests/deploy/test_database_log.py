"""RDS's log groups are kept for LOG_DAYS, whether RDS has made them or not."""

import pytest
from tests.deploy.aws import STATE, Account

from ishizue_ops.deploy import database_log
from ishizue_ops.deploy.release.stacks import Stack
from ishizue_ops.names import DATABASE_LOGS_OUTPUT, SETTINGS_OUTPUT
from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.reading import only

OLD = "/aws/rds/instance/x/postgresql"
NEW = "/aws/rds/instance/x/upgrade"


def test_each_group_is_made_unless_it_is_there_and_a_restored_name_s_expires_too(
    account: Account,
) -> None:
    account.refuses("logs", "create_log_group", "ResourceAlreadyExistsException")
    kept = {"logGroupName": OLD, "retentionInDays": 90}
    account.responds("logs", "put_retention_policy", {}, kept)
    account.responds("logs", "create_log_group", {}, {"logGroupName": NEW})
    account.responds("logs", "put_retention_policy", {}, {**kept, "logGroupName": NEW})
    for name in ("restored", "replaced"):
        prefix = f"/aws/rds/instance/notes-{name}/"
        left = [{"logGroupName": f"{prefix}postgresql"}] if name == "restored" else []
        to = {"logGroupNamePrefix": prefix}
        account.responds("logs", "describe_log_groups", {"logGroups": left}, to)
        for group in left:
            account.responds("logs", "put_retention_policy", {}, {**kept, **group})
    outputs = {DATABASE_LOGS_OUTPUT: f"{OLD},{NEW}", SETTINGS_OUTPUT: '{"LOG_DAYS": "90"}'}
    for given, days in ((outputs, 90), ({}, None)):
        state = Stack(STATE, "UPDATE_COMPLETE", {}, given)
        assert database_log.keep(account.client("logs"), state) == days


@pytest.mark.parametrize(("database", "kind"), [("rds", "instance"), ("aurora", "cluster")])
def test_the_output_names_every_exported_log_and_extended_support_is_off(
    designs: Designs, database: str, kind: str
) -> None:
    design = designs(database)
    made = only(design, f"AWS::RDS::DB{kind.capitalize()}").properties
    assert made["EngineLifecycleSupport"] == "open-source-rds-extended-support-disabled"
    value = design.templates[STATE]["Outputs"][DATABASE_LOGS_OUTPUT]["Value"]
    parts = ("ID" if isinstance(part, dict) else part for part in value["Fn::Join"][1])
    assert "".join(parts).split(",") == [
        f"/aws/rds/{kind}/ID/{log}" for log in made["EnableCloudwatchLogsExports"]
    ]
