"""RDS's log groups are kept for LOG_DAYS, whether RDS has made them or not."""

import json

import boto3
from botocore.stub import Stubber

from infra.deploy import database_log
from infra.deploy.release.stacks import Stack
from infra.names import DATABASE_LOGS_OUTPUT, SETTINGS_OUTPUT
from tests.infra.conftest import Designs

OLD, NEW = "/aws/rds/instance/x/postgresql", "/aws/rds/instance/x/upgrade"


def deployed(**outputs: str) -> Stack:
    return Stack("KiroSampleState", "UPDATE_COMPLETE", {}, outputs)


def test_each_group_is_made_unless_it_is_there_and_gets_its_retention() -> None:
    client = boto3.client(
        "logs",
        region_name="ap-northeast-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
    )
    with Stubber(client) as aws:
        aws.add_client_error("create_log_group", "ResourceAlreadyExistsException")
        kept = {"logGroupName": OLD, "retentionInDays": 90}
        aws.add_response("put_retention_policy", {}, kept)
        aws.add_response("create_log_group", {}, {"logGroupName": NEW})
        aws.add_response("put_retention_policy", {}, {**kept, "logGroupName": NEW})
        settings = json.dumps({"LOG_DAYS": "90"})
        outputs = {DATABASE_LOGS_OUTPUT: f"{OLD},{NEW}", SETTINGS_OUTPUT: settings}
        assert database_log.keep(client, deployed(**outputs)) == 90
        aws.assert_no_pending_responses()
        assert database_log.keep(client, deployed()) is None


def test_the_output_names_every_exported_log(designs: Designs) -> None:
    for database, type_ in (("rds", "AWS::RDS::DBInstance"), ("aurora", "AWS::RDS::DBCluster")):
        design = designs(database)
        [found] = design.of_type(type_)
        value = design.templates["KiroSampleState"]["Outputs"][DATABASE_LOGS_OUTPUT]["Value"]
        parts = value["Fn::Join"][1]
        text = "".join(part if isinstance(part, str) else "ID" for part in parts)
        kind = "instance" if database == "rds" else "cluster"
        exported = found.properties["EnableCloudwatchLogsExports"]
        assert text.split(",") == [f"/aws/rds/{kind}/ID/{log}" for log in exported]
