"""The database: RDS or Aurora, PostgreSQL, encrypted, in the private subnets, with its alarms."""

from typing import Any

from aws_cdk import CfnResource, Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds as rds
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from constructs import Construct, IConstruct

from infra.acknowledge import acknowledge
from infra.alarms import alarm
from infra.config import DATABASE_CONNECTIONS, ZONES, Config

NAME = USER = "kirosample"

_RDS_ENGINE = rds.DatabaseInstanceEngine.postgres(version=rds.PostgresEngineVersion.VER_15_17)
_AURORA_ENGINE = rds.DatabaseClusterEngine.aurora_postgres(
    version=rds.AuroraPostgresEngineVersion.VER_15_17
)

# Night in Japan, 03:00 to 04:30 in UTC.
_BACKUP_WINDOW = "18:00-18:30"
_MAINTENANCE_WINDOW = "sun:18:45-sun:19:30"

_GIB = 1024**3


class Database(Construct):
    """One database in two zones, and the secret with which the tasks reach it.

    While it is protected, nothing of it goes when it leaves the design: RDS refuses the deletion,
    and what it needs (secret, subnets' group, parameters) stays beside it. Without protection it
    leaves a final snapshot. `secret` has host, port, dbname, username and password.

    Give another kind of database another id: the one is made before the other goes, and a task
    that still runs on the old one keeps its secret.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        vpc: ec2.IVpc,
        subnets: ec2.SubnetSelection,
        security_group: ec2.ISecurityGroup,
        topic: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        self._config, self._topic = config, topic
        self._beside = RemovalPolicy.RETAIN if config.database_protection else RemovalPolicy.DESTROY
        credentials = rds.DatabaseSecret(self, "Secret", username=USER)
        credentials.apply_removal_policy(self._beside)
        group = rds.SubnetGroup(
            self,
            "Subnets",
            description="The private subnets",
            vpc=vpc,
            vpc_subnets=subnets,
            removal_policy=self._beside,
        )
        shared: dict[str, Any] = {
            "vpc": vpc,
            "subnet_group": group,
            "security_groups": [security_group],
            "storage_encrypted": True,
            "deletion_protection": config.database_protection,
            "removal_policy": RemovalPolicy.SNAPSHOT,
            "credentials": rds.Credentials.from_secret(credentials, USER),
            "copy_tags_to_snapshot": True,
            "preferred_maintenance_window": _MAINTENANCE_WINDOW,
        }
        attached = self._rds(shared) if config.database == "rds" else self._aurora(shared)
        # With it go host and port out of the secret: a database that stays keeps them.
        attachment = attached.node.default_child
        if isinstance(attachment, CfnResource):
            attachment.apply_removal_policy(self._beside)
        self.secret = attached
        acknowledge(
            credentials,
            "AwsSolutions-SMG4",
            "Tasks read the password when they start: rotation ends in a forced new deployment, "
            "which docs/operations.md describes, and is not left to a function in the night.",
        )

    def _rds(self, shared: dict[str, Any]) -> secretsmanager.ISecret:
        config = self._config
        instance = rds.DatabaseInstance(
            self,
            "Instance",
            engine=_RDS_ENGINE,
            instance_type=ec2.InstanceType.of(ec2.InstanceClass.T3, ec2.InstanceSize.MICRO),
            multi_az=True,
            allocated_storage=config.database_storage,
            storage_type=rds.StorageType.GP3,
            database_name=NAME,
            backup_retention=Duration.days(config.backup_days),
            delete_automated_backups=False,
            preferred_backup_window=_BACKUP_WINDOW,
            publicly_accessible=False,
            ca_certificate=rds.CaCertificate.RDS_CA_RSA2048_G1,
            parameter_group=self._parameters(
                _RDS_ENGINE,
                {"rds.force_ssl": "1", "max_connections": str(DATABASE_CONNECTIONS)},
            ),
            **shared,
        )
        self._acknowledge(instance)
        self._alarm(
            "Storage",
            instance.metric_free_storage_space(statistic="Minimum", period=Duration.minutes(5)),
            threshold=config.database_storage * _GIB / 5,
            below=True,
            meaning="Less than a fifth of the database's storage is free",
        )
        self._alarm(
            "Credits",
            instance.metric("CPUCreditBalance", statistic="Minimum", period=Duration.minutes(5)),
            threshold=30,
            below=True,
            meaning="The database has used up its CPU credits: more are billed, or it slows down",
        )
        self._alarm_on_connections(instance.metric_database_connections)
        assert instance.secret is not None  # noqa: S101  (credentials are given above)
        return instance.secret

    def _aurora(self, shared: dict[str, Any]) -> secretsmanager.ISecret:
        config = self._config
        common: dict[str, Any] = {
            "publicly_accessible": False,
            "ca_certificate": rds.CaCertificate.RDS_CA_RSA2048_G1,
            "preferred_maintenance_window": _MAINTENANCE_WINDOW,
        }
        writer = rds.ClusterInstance.serverless_v2("Writer", availability_zone=ZONES[0], **common)
        reader = rds.ClusterInstance.serverless_v2(
            # At the writer's capacity, so that it can take over at once.
            "Reader",
            availability_zone=ZONES[1],
            scale_with_writer=True,
            **common,
        )
        cluster = rds.DatabaseCluster(
            self,
            "Cluster",
            engine=_AURORA_ENGINE,
            writer=writer,
            readers=[reader] if config.aurora_reader else [],
            serverless_v2_min_capacity=config.aurora_min_capacity,
            serverless_v2_max_capacity=config.aurora_max_capacity,
            default_database_name=NAME,
            backup=rds.BackupProps(
                retention=Duration.days(config.backup_days), preferred_window=_BACKUP_WINDOW
            ),
            delete_automated_backups=False,
            parameter_group=self._parameters(_AURORA_ENGINE, {"rds.force_ssl": "1"}),
            **shared,
        )
        for name in ("Writer", "Reader"):
            instance = cluster.node.try_find_child(name)
            if instance and isinstance(instance.node.default_child, CfnResource):
                instance.node.default_child.apply_removal_policy(self._beside)
        acknowledge(
            cluster,
            "AwsSolutions-RDS6",
            "One application with one user, whose password is a secret; IAM's tokens would be "
            "fetched anew for each connection.",
        )
        self._acknowledge(cluster)
        self._alarm(
            "Storage",
            cluster.metric_volume_bytes_used(statistic="Maximum", period=Duration.hours(1)),
            threshold=config.database_storage * _GIB,
            periods=1,
            meaning="The database holds more than was planned: its storage grows and is billed",
        )
        self._alarm(
            "Capacity",
            cluster.metric_acu_utilization(statistic="Average", period=Duration.minutes(5)),
            threshold=90,
            meaning="The database is at its highest capacity: it slows down",
        )
        self._alarm_on_connections(cluster.metric_database_connections)
        assert cluster.secret is not None  # noqa: S101  (credentials are given above)
        return cluster.secret

    def _acknowledge(self, database: IConstruct) -> None:
        acknowledge(
            database,
            "AwsSolutions-RDS11",
            "The document's port, 5432. Only the tasks' security group reaches it.",
        )
        if not self._config.database_protection:
            acknowledge(
                database,
                "AwsSolutions-RDS10",
                "DATABASE_PROTECTION=off: the database is to be deleted, with a final snapshot.",
            )

    def _parameters(self, engine: rds.IEngine, parameters: dict[str, str]) -> rds.ParameterGroup:
        return rds.ParameterGroup(
            self,
            "Parameters",
            engine=engine,
            parameters=parameters,
            description="TLS only",
            removal_policy=self._beside,
        )

    def _alarm(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        *,
        threshold: float,
        meaning: str,
        below: bool = False,
        periods: int = 3,
    ) -> None:
        alarm(
            self,
            f"{name}Alarm",
            topic=self._topic,
            metric=metric,
            threshold=threshold,
            periods=periods,
            below=below,
            meaning=meaning,
        )

    def _alarm_on_connections(self, metric: Any) -> None:
        self._alarm(
            "Connections",
            metric(statistic="Maximum", period=Duration.minutes(5)),
            threshold=DATABASE_CONNECTIONS * 0.9,
            meaning="The database's connections are nearly all taken",
        )
