"""Alarms on a database that tasks cannot use, in the service's stack: tasks must exist first."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra import app_contract
from infra.config import Config
from infra.design import stack_parameters
from infra.design.alarms import Urgency, alarm, own_metric

_DIMENSIONS = {"rds": "DBInstanceIdentifier", "aurora": "DBClusterIdentifier"}


class DatabaseOutage(Construct):
    """Two alarms that need no visitor: the tasks' own checks, and RDS's count of connections.

    The second also fires when no task runs or reports, since every task keeps a connection.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        service: ecs.FargateService,
        topic: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        identifier = stack_parameters.receive(
            self, names=config.names, name=stack_parameters.DATABASE
        )
        alarm(
            self,
            app_contract.DATABASE_AWAY,
            own_metric(config.names, app_contract.DATABASE_AWAY, "Average"),
            config=config,
            topic=topic,
            threshold=0.5,
            meaning="Half of the tasks' checks of the database fail: requests for data return 503",
            urgency=Urgency.NOW,
        )
        connections = alarm(
            self,
            "NoConnections",
            cloudwatch.Metric(
                namespace="AWS/RDS",
                metric_name="DatabaseConnections",
                dimensions_map={_DIMENSIONS[config.database]: identifier},
                statistic="Maximum",
                period=Duration.minutes(1),
            ),
            config=config,
            topic=topic,
            threshold=1,
            periods=10,
            below=True,
            # A database that is down reports nothing.
            missing=cloudwatch.TreatMissingData.BREACHING,
            meaning="Nothing is connected to the database",
            urgency=Urgency.NOW,
        )
        # In the first deployment the database is there long before the first task.
        connections.node.add_dependency(service)
