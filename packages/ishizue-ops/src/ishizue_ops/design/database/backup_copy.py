"""Copies of the backups in another region (`BACKUP_COPY_REGION`), in a vault or with a key there.

RDS copies an instance's backups with its log by itself (`Database`). Aurora cannot: AWS Backup
copies one a day, by a plan beside the cluster, into the vault. With `BACKUP_LOCK`, which is the
vault's, it copies RDS's too.
"""

from pathlib import Path
from typing import cast

from aws_cdk import ArnFormat, Duration, RemovalPolicy, Stack
from aws_cdk import aws_backup as backup
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
from ishizue_ops.design.alarms import AlarmTopic, rule, section
from ishizue_ops.design.stack_parameters import output
from ishizue_ops.names import COPY_KEY, Names
from ishizue_ops.product import Urgency

_DAILY = events.Schedule.cron(hour="20", minute="0")
"""In UTC, after RDS's own backup and its weekly maintenance: AWS Backup does not start in that
window, nor in the hour before (its developer guide, "plan options")."""

_DAYS_HERE = Duration.days(2)
"""A copy is incremental while the backup before it is still here."""

_LATE_HOURS = 26
"""A copy is late after a day and the hours by which one night's may be slower than the last."""

_LOGS = "service-role/AWSLambdaBasicExecutionRole"
_QUESTION = Path(__file__).with_name("backup_question.py")

_FAILED = ("ABORTED", "EXPIRED", "FAILED", "PARTIAL")
"""States of jobs that ended without a whole backup or copy (AWS Backup's BackupJob, CopyJob)."""


class CopyVault(Construct):
    """The vault of the copies, in their region, with a key of its own, which copies need.

    AWS Backup's developer guide, "Encryption for a backup copy": the destination vault's key. RDS
    uses the key alone. The vault stays in the design then, because a retained one could not be made
    again for Aurora.

    Its lock, of governance mode, keeps a copy for `lock` days from all who may not remove the lock.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, names: Names, lock: int | None
    ) -> None:
        super().__init__(scope, construct_id)
        policy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        key = kms.Key(
            self,
            "Key",
            description="The copies of the database's backups",
            enable_key_rotation=True,
            removal_policy=policy,
        )
        backup.BackupVault(
            self,
            "Vault",
            backup_vault_name=names.copy_vault,
            encryption_key=key,
            removal_policy=policy,
            lock_configuration=backup.LockConfiguration(min_retention=Duration.days(lock))
            if lock
            else None,
        )
        output(self, COPY_KEY, key.key_arn)


class BackupCopy(Construct):
    """The plan: a backup a day, and its copy for BACKUP_DAYS; and who is told."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        region: str,
        database_arn: str,
        alarms: AlarmTopic,
    ) -> None:
        super().__init__(scope, construct_id)
        destination = backup.BackupVault.from_backup_vault_arn(
            self,
            "Copies",
            Stack.of(self).format_arn(
                service="backup",
                region=region,
                resource="backup-vault",
                resource_name=config.names.copy_vault,
                arn_format=ArnFormat.COLON_RESOURCE_NAME,
            ),
        )
        vault = backup.BackupVault(
            self, "Vault", removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        )
        plan = backup.BackupPlan(
            self,
            "Plan",
            backup_plan_rules=[
                backup.BackupPlanRule(
                    rule_name="daily",
                    backup_vault=vault,
                    schedule_expression=_DAILY,
                    start_window=Duration.hours(1),
                    completion_window=Duration.hours(8),
                    delete_after=_DAYS_HERE,
                    copy_actions=[
                        backup.BackupPlanCopyActionProps(
                            destination_backup_vault=destination,
                            delete_after=Duration.days(config.backup_days),
                        )
                    ],
                )
            ],
        )
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("backup.amazonaws.com"))
        backup.BackupSelection(
            self,
            "Selection",
            backup_plan=plan,
            resources=[backup.BackupResource.from_arn(database_arn)],
            role=cast(iam.IRole, role),
        )
        acknowledge(
            role,
            "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
            "AWSBackupServiceRolePolicyForBackup]",
            "AWS Backup documents this policy as what its role needs.",
        )
        self._tell(config, database_arn, alarms)

    def _tell(self, config: Config, database_arn: str, alarms: AlarmTopic) -> None:
        """Tell of jobs that failed; events may be lost, so also of a day without a copy."""
        field = events.EventField.from_path
        rule(
            self,
            "Jobs",
            alarms.topic,
            config.text("{}: AWS Backup reports {}, {}. {} What to do: {}").format(
                config.names.title,
                field("$.detail.state"),
                field("$.detail-type"),
                field("$.detail.statusMessage"),
                section(config, "NoCopy"),
            ),
            source=["aws.backup"],
            detail_type=["Backup Job State Change", "Copy Job State Change"],
            detail={"state": list(_FAILED), "resourceArn": [database_arn]},
        )
        copied = cloudwatch.Metric(
            namespace="AWS/Backup",
            metric_name="NumberOfCopyJobsCompleted",
            # Of a copy job the vault of its destination (developer guide, "CloudWatch").
            dimensions_map={"BackupVaultName": config.names.copy_vault},
            statistic="Sum",
            period=Duration.hours(1),
        )
        _alarm(self, alarms, copied, below=True)


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
        daily = events.Rule(self, "Daily", schedule=_DAILY)
        daily.add_target(targets.LambdaFunction(function))
        failed = function.metric_errors(statistic="Minimum", period=Duration.hours(1))
        _alarm(self, alarms, failed)


def _alarm(
    scope: Construct, alarms: AlarmTopic, metric: cloudwatch.IMetric, *, below: bool = False
) -> None:
    """The alarm on a day without a job, or a question: a missing data point breaches it too."""
    alarms.alarm(
        scope,
        "NoCopy",
        metric,
        threshold=1,
        periods=_LATE_HOURS,
        below=below,
        missing=cloudwatch.TreatMissingData.BREACHING,
        urgency=Urgency.MORNING,
    )
