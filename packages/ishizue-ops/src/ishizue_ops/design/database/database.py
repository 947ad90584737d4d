"""The database: RDS or Aurora PostgreSQL, encrypted, in the private subnets, with its log."""

from typing import Any, cast

from aws_cdk import CfnMapping, CfnResource, Duration, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds as rds
from constructs import Construct, IConstruct

from ishizue_ops.config import DATABASE_CONNECTIONS, Config
from ishizue_ops.design.acknowledge import acknowledge
from ishizue_ops.design.alarms import AlarmTopic
from ishizue_ops.design.database.monitoring import DatabaseMonitoring
from ishizue_ops.design.database.versions import PARAMETER, VERSIONS
from ishizue_ops.design.network import PrivateNetwork
from ishizue_ops.design.stack_parameters import output, parameter
from ishizue_ops.names import COPY_KEY, DATABASE_LOGS_OUTPUT

# UTC; 03:00 to 04:30 in Japan.
_BACKUP_WINDOW = "18:00-18:30"
_MAINTENANCE_WINDOW = "sun:18:45-sun:19:30"

_MAX_STORAGE = 65536
"""The GiB of RDS's largest gp3 disk."""

_LOG = {
    "log_min_duration_statement": "500",  # ms
    "log_lock_waits": "1",
    "log_temp_files": "8192",  # kB: sorts that do not fit into memory
    # Least personal data: no values of statements, and no details of errors, which quote rows.
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    # A statement may be CREATE ROLE with its password.
    "log_statement": "none",
}
"""Parameters of the log that RDS exports to CloudWatch."""

_PORT = "PostgreSQL's usual port, 5432. Only the tasks' security group reaches it."


class Database(Construct):
    """One database in one or two zones; `secret` and `master_secret` have its host, port and name.

    `identifier` is the instance's or the cluster's. `master_secret` has the master user
    that RDS makes, `secret` the role that the migration makes for the tasks.

    While it is protected, leaving the design deletes nothing: RDS refuses, and its secrets, subnet
    group and parameter group are retained. Without protection it leaves a final snapshot.

    Give each kind of database its own construct id: CloudFormation creates the new one before it
    deletes the old one, and running tasks keep their secret.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        network: PrivateNetwork,
        security_group: ec2.ISecurityGroup,
        alarms: AlarmTopic,
    ) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        self._monitoring = DatabaseMonitoring(self, config=config, alarms=alarms)
        self._dependents_policy = (
            RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
            if config.database_protection
            else RemovalPolicy.DESTROY
        )
        # The default is for stacks of releases to 1.2.0, which lack it: their databases have 15.
        self._version = parameter(
            self, PARAMETER, "PostgreSQL's version", pattern="|".join(VERSIONS), default="15"
        )
        names = config.names
        credentials = rds.DatabaseSecret(self, "Secret", username=names.slug)
        role = names.database_role
        application = rds.DatabaseSecret(self, "ApplicationSecret", username=role)
        group = rds.SubnetGroup(
            self,
            "Subnets",
            description="The private subnets",
            vpc=network.vpc,
            vpc_subnets=network.private_subnets,
            removal_policy=self._dependents_policy,
        )
        shared: dict[str, Any] = {
            "vpc": network.vpc,
            "subnet_group": group,
            "security_groups": [security_group],
            "storage_encrypted": True,
            "deletion_protection": config.database_protection,
            "removal_policy": RemovalPolicy.SNAPSHOT,
            "credentials": rds.Credentials.from_secret(credentials, names.slug),
            "copy_tags_to_snapshot": True,
            # Its price is not paid unasked at the version's end; RDS refuses a later change.
            "engine_lifecycle_support": (
                rds.EngineLifecycleSupport.OPEN_SOURCE_RDS_EXTENDED_SUPPORT_DISABLED
            ),
            "preferred_maintenance_window": _MAINTENANCE_WINDOW,
            # Database Insights' standard mode, which is free for a week's data.
            "enable_performance_insights": True,
            "performance_insight_retention": rds.PerformanceInsightRetention.DEFAULT,
        }
        database = self._rds(shared) if config.database == "rds" else self._aurora(shared)
        assert database.secret is not None  # noqa: S101  (credentials are given above)
        self.master_secret = database.secret
        self.secret = application.attach(database)
        # Deleting an attachment removes host and port from the secret.
        for attached in (self.master_secret, self.secret):
            attachment = attached.node.default_child
            if isinstance(attachment, CfnResource):
                attachment.apply_removal_policy(self._dependents_policy)
        for secret in (credentials, application):
            secret.apply_removal_policy(self._dependents_policy)
            acknowledge(
                secret,
                "AwsSolutions-SMG4",
                "Tasks read the password at start, so rotation needs new tasks: "
                "docs/operations.md.",
            )

    def _rds(self, shared: dict[str, Any]) -> rds.DatabaseInstance:
        config = self._config
        # The major version alone, for RDS closes minor versions about a year after their release.
        # It creates the default minor version, and by a change never lowers one
        # (ModifyDBInstance); drift compares by prefix (CloudFormation's reference).
        version = rds.PostgresEngineVersion.of(self._version, self._version)
        engine = rds.DatabaseInstanceEngine.postgres(version=version)
        instance = rds.DatabaseInstance(
            self,
            "Instance",
            engine=engine,
            # Only DATABASE_VERSION=… changes it.
            allow_major_version_upgrade=True,
            instance_type=ec2.InstanceType.of(ec2.InstanceClass.T3, ec2.InstanceSize.MICRO),
            multi_az=config.rds_standby,
            allocated_storage=config.database_storage,
            max_allocated_storage=min(2 * config.database_storage, _MAX_STORAGE),
            storage_type=rds.StorageType.GP3,
            database_name=config.names.slug,
            backup_retention=Duration.days(config.backup_days),
            delete_automated_backups=False,
            preferred_backup_window=_BACKUP_WINDOW,
            publicly_accessible=False,
            ca_certificate=rds.CaCertificate.RDS_CA_RSA2048_G1,
            cloudwatch_logs_exports=["postgresql", "upgrade"],
            parameter_group=self._parameters(
                engine, {"rds.force_ssl": "1", "max_connections": str(DATABASE_CONNECTIONS)}
            ),
            **shared,
        )
        if config.copies_region:
            copied = cast(rds.CfnDBInstance, instance.node.default_child)
            copied.automatic_backup_replication_region = config.copies_region
            # Encrypted backups need a key there (RDS user guide, "Replicating automated backups").
            copied.automatic_backup_replication_kms_key_id = parameter(
                self, COPY_KEY, "Key of the backups in the other region", pattern="arn:aws:kms:.+"
            )
        self._acknowledge(instance)
        if not config.rds_standby:
            why = "RDS_STANDBY=off: half the price, and a lost zone is an outage until it is back."
            acknowledge(instance, "AwsSolutions-RDS3", why)
        self._monitoring.watch_rds(instance)
        self.identifier = instance.instance_identifier
        self._name_logs("instance", ("postgresql", "upgrade"))
        return instance

    def _aurora(self, shared: dict[str, Any]) -> rds.DatabaseCluster:
        config = self._config
        # Of major versions alone Aurora says that it takes MySQL's only.
        releases = CfnMapping(
            self,
            "Releases",
            mapping={major: {"Aurora": each["aurora"]} for major, each in VERSIONS.items()},
        )
        release = releases.find_in_map(self._version, "Aurora")
        version = rds.AuroraPostgresEngineVersion.of(release, self._version)
        engine = rds.DatabaseClusterEngine.aurora_postgres(version=version)
        common: dict[str, Any] = {
            "publicly_accessible": False,
            "ca_certificate": rds.CaCertificate.RDS_CA_RSA2048_G1,
            "preferred_maintenance_window": _MAINTENANCE_WINDOW,
        }
        first, second = config.zone_names
        writer = rds.ClusterInstance.serverless_v2("Writer", availability_zone=first, **common)
        reader = rds.ClusterInstance.serverless_v2(
            # Scales with the writer, so that it can take over.
            "Reader",
            availability_zone=second,
            scale_with_writer=True,
            **common,
        )
        cluster = rds.DatabaseCluster(
            self,
            "Cluster",
            engine=engine,
            writer=writer,
            readers=[reader] if config.aurora_reader else [],
            serverless_v2_min_capacity=config.product.aurora_min_capacity,
            serverless_v2_max_capacity=config.aurora_max_capacity,
            default_database_name=config.names.slug,
            cloudwatch_logs_exports=["postgresql"],
            backup=rds.BackupProps(
                retention=Duration.days(config.backup_days), preferred_window=_BACKUP_WINDOW
            ),
            delete_automated_backups=False,
            parameter_group=self._parameters(engine, {"rds.force_ssl": "1"}),
            **shared,
        )
        # The cluster is kept, or restored, without its reader, which AURORA_READER=off deletes.
        for name, policy in (
            ("Writer", self._dependents_policy),
            ("Reader", RemovalPolicy.DESTROY),
        ):
            instance = cluster.node.try_find_child(name)
            if instance and isinstance(instance.node.default_child, CfnResource):
                instance.node.default_child.apply_removal_policy(policy)
        self._acknowledge(cluster)
        acknowledge(
            cluster,
            "AwsSolutions-RDS6",
            "One application, whose password is a secret; IAM authentication would need a token "
            "for each connection.",
        )
        self._monitoring.watch_aurora(cluster)
        self.identifier = cluster.cluster_identifier
        self._name_logs("cluster", ("postgresql",))
        return cluster

    def _acknowledge(self, database: IConstruct) -> None:
        acknowledge(database, "AwsSolutions-RDS11", _PORT)
        if not self._config.database_protection:
            acknowledge(
                database,
                "AwsSolutions-RDS10",
                "DATABASE_PROTECTION=off: the database will be deleted, with a final snapshot.",
            )

    def _name_logs(self, kind: str, logs: tuple[str, ...]) -> None:
        """Name the log groups, which RDS makes itself, for `deploy/database_log.py`."""
        groups = ",".join(f"/aws/rds/{kind}/{self.identifier}/{log}" for log in logs)
        output(self, DATABASE_LOGS_OUTPUT, groups)

    def _parameters(self, engine: rds.IEngine, parameters: dict[str, str]) -> rds.ParameterGroup:
        return rds.ParameterGroup(
            self,
            "Parameters",
            engine=engine,
            parameters={**_LOG, **parameters},
            description="TLS only",
            removal_policy=self._dependents_policy,
        )
