"""What tells the operator about the database: its alarms, RDS's own events, and an outage."""

from functools import partial

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_rds as rds
from constructs import Construct

from ishizue_ops.config import CLIENT_CONNECTIONS, OPERATOR_CONNECTIONS, Config
from ishizue_ops.design import stack_parameters
from ishizue_ops.design.alarms import AWAY, FEW, MINUTES, AlarmTopic, own_metric, unless_away
from ishizue_ops.product import DATABASE_AWAY, Urgency

_FIVE = Duration.minutes(5)
_HOUR = Duration.hours(1)
_GIB = 1024**3
_ACU_GIB = 2

_INSTANCE_MEMORY = 1 * _GIB
"""The bytes of a db.t3.micro's memory."""

_CREDITS_OF_A_DAY = 24 * 12
"""A db.t3.micro earns so many vCPU-minutes; RDS bills what it borrows beyond them."""

_EVENTS = {
    "db-instance": (
        "availability",
        "failover",
        "failure",
        "low storage",
        "maintenance",
        "notification",
        "recovery",
    ),
    "db-cluster": ("failover", "failure", "maintenance", "notification"),
}
"""Categories of events by source type, without those of every backup and of every deployment.

RDS User Guide and Aurora User Guide, "event categories and event messages".
"""


class DatabaseMonitoring:
    """Makes alarms and event subscriptions in `scope`, the database's construct."""

    def __init__(self, scope: Construct, *, config: Config, alarms: AlarmTopic) -> None:
        self._scope = scope
        self._config = config
        self._topic = alarms.topic
        self._alarm = partial(alarms.alarm, scope, urgency=Urgency.MORNING)

    def watch_rds(self, instance: rds.DatabaseInstance) -> None:
        """Watch an RDS instance: disk, processors, memory, connections, events."""
        self._alarm(
            "Storage",
            instance.metric_free_storage_space(statistic="Minimum", period=_FIVE),
            threshold=self._config.database_storage * _GIB / 5,
            below=True,
        )
        # T3 databases are always unlimited and start without credits, so a low CPUCreditBalance
        # means nothing; what they borrow beyond a day's earnings is billed.
        self._alarm(
            "Credits",
            instance.metric("CPUSurplusCreditBalance", statistic="Maximum", period=_FIVE),
            threshold=_CREDITS_OF_A_DAY / 2,
        )
        self._alarm(
            "DatabaseCpu",
            instance.metric_cpu_utilization(period=_FIVE),
            threshold=90,
        )
        self._alarm(
            "DiskCredits",
            instance.metric("EBSByteBalance%", statistic="Minimum", period=_FIVE),
            threshold=10,
            below=True,
        )
        self._either(instance, _INSTANCE_MEMORY)
        self._events("Events", "db-instance", [instance.instance_identifier])

    def watch_aurora(self, cluster: rds.DatabaseCluster) -> None:
        """Watch an Aurora cluster: stored data, capacity, memory, connections, events."""
        self._alarm(
            "Storage",
            cluster.metric_volume_bytes_used(statistic="Maximum", period=_HOUR),
            threshold=self._config.database_storage * _GIB,
            periods=1,
        )
        self._alarm(
            "Capacity",
            cluster.metric_acu_utilization(statistic="Average", period=_FIVE),
            threshold=90,
        )
        # Aurora Serverless v2 reports what would be free at the maximum capacity.
        self._either(cluster, self._config.aurora_max_capacity * _ACU_GIB * _GIB)
        self._events("Events", "db-cluster", [cluster.cluster_identifier])
        self._events("InstanceEvents", "db-instance", cluster.instance_identifiers)

    def _either(self, database: rds.DatabaseInstance | rds.DatabaseCluster, memory: float) -> None:
        self._alarm(
            "TransactionIds",
            database.metric("MaximumUsedTransactionIDs", statistic="Maximum", period=_HOUR),
            threshold=10**9,  # CloudWatch user guide, "Recommended alarms"
            periods=1,
        )
        self._alarm(
            "FreeMemory",
            database.metric_freeable_memory(statistic="Minimum", period=_FIVE),
            threshold=memory / 16,
            below=True,
        )
        self._alarm(
            "Connections",
            database.metric_database_connections(statistic="Maximum", period=_FIVE),
            # The metric leaves out RDS's own.
            threshold=CLIENT_CONNECTIONS - OPERATOR_CONNECTIONS,
        )

    def _events(self, construct_id: str, source_type: str, source_ids: list[str]) -> None:
        subscription = rds.CfnEventSubscription(
            self._scope,
            construct_id,
            sns_topic_arn=self._topic.topic_arn,
            source_type=source_type,
            source_ids=source_ids,
            event_categories=list(_EVENTS[source_type]),
            enabled=True,
        )
        # RDS publishes a test message when the subscription is created, which the policy allows.
        subscription.node.add_dependency(self._topic.node.find_child("Policy"))


_DIMENSIONS = {"rds": "DBInstanceIdentifier", "aurora": "DBClusterIdentifier"}


class DatabaseOutage(Construct):
    """Two alarms that need no visitor: the tasks' own checks, and RDS's count of connections.

    They are in the service's stack: tasks must exist first.

    The second also fires when no task runs or reports, since every task keeps a connection.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        service: ecs.FargateService,
        alarms: AlarmTopic,
    ) -> None:
        super().__init__(scope, construct_id)
        name = config.names.parameter(stack_parameters.DATABASE)
        identifier = stack_parameters.receive(self, name)
        alarms.alarm(
            self,
            DATABASE_AWAY,
            own_metric(config.names, DATABASE_AWAY, "Average"),
            threshold=AWAY,
            periods=MINUTES,
            breaching=FEW,
            urgency=Urgency.NOW,
        )
        counted = cloudwatch.Metric(
            namespace="AWS/RDS",
            metric_name="DatabaseConnections",
            dimensions_map={_DIMENSIONS[config.database]: identifier},
            statistic="Maximum",
        )
        connected = cloudwatch.MathExpression(
            expression="FILL(connections, 0)",
            using_metrics={"connections": counted},
            label=config.text("connections"),
            period=Duration.minutes(1),
        )
        connections = alarms.alarm(
            self,
            "NoConnections",
            # The tasks say that they have none: the other alarm.
            unless_away(config, connected, instead=1),
            threshold=1,
            periods=10,
            below=True,
            # A database that is down reports nothing.
            missing=cloudwatch.TreatMissingData.BREACHING,
            urgency=Urgency.NOW,
        )
        # In the first deployment the database is there long before the first task.
        connections.node.add_dependency(service)
