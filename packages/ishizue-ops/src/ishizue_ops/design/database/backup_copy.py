"""Copies of RDS's backups in another region (`BACKUP_COPY_REGION`), with a key there.

RDS copies an instance's snapshots and log by itself (`Database`; its user guide, "Replicating
automated backups to another AWS Region"), but not a cluster's: Aurora has no copies.
"""

from pathlib import Path

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as functions
from constructs import Construct

from ishizue_ops.config import Config
from ishizue_ops.design import tasks
from ishizue_ops.design.acknowledge import acknowledge
from ishizue_ops.design.alarms import AlarmTopic
from ishizue_ops.design.stack_parameters import output
from ishizue_ops.names import COPY_KEY
from ishizue_ops.product import Urgency

_LATE_HOURS = 26
"""A copy is late after a day and the hours by which one night's may be slower than the last."""

_LOGS = "service-role/AWSLambdaBasicExecutionRole"
_QUESTION = Path(__file__).with_name("backup_question.py")


class CopyKey(Construct):
    """The key of the copies, in their region: encrypted backups need one there."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        key = kms.Key(
            self,
            "Key",
            description="The copies of the database's backups",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        output(self, COPY_KEY, key.key_arn)


class BackupQuestion(Construct):
    """A function that asks once a day what RDS could restore there, and fails if that is old.

    RDS tells of its copies by no metric and no event.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        region: str,
        identifier: str,
        alarms: AlarmTopic,
    ) -> None:
        super().__init__(scope, construct_id)
        asking = iam.PolicyStatement(
            actions=["rds:DescribeDBInstanceAutomatedBackups"], resources=["*"]
        )
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(_LOGS)],
            inline_policies={"Ask": iam.PolicyDocument(statements=[asking])},
        )
        finding = f"AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{_LOGS}]"
        acknowledge(role, finding, "It writes the function's log.")
        acknowledge(role, "AwsSolutions-IAM5[Resource::*]", "It only lists backups.")
        function = functions.Function(
            self,
            "Function",
            description="Asks daily what RDS could restore in the other region",
            runtime=functions.Runtime.PYTHON_3_14,
            handler="index.handler",
            code=functions.Code.from_inline(_QUESTION.read_text(encoding="utf-8")),
            environment={"DATABASE": identifier, "REGION": region},
            timeout=Duration.minutes(1),
            role=role,
            log_group=tasks.log_group(self, days=config.log_days),
        )
        nightly = events.Schedule.cron(hour="20", minute="0")  # UTC, after RDS's own backup
        daily = events.Rule(self, "Daily", schedule=nightly)
        daily.add_target(targets.LambdaFunction(function))
        alarms.alarm(
            self,
            "NoCopy",
            function.metric_errors(statistic="Minimum", period=Duration.hours(1)),
            threshold=1,
            periods=_LATE_HOURS,
            # A day without a question breaches it too.
            missing=cloudwatch.TreatMissingData.BREACHING,
            urgency=Urgency.MORNING,
        )
