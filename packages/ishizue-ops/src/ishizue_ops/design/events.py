"""What ECS tells of its services: failed deployments, tasks that cannot start, tasks that died."""

from collections.abc import Sequence

from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_events as events
from aws_cdk import aws_sns as sns
from constructs import Construct

from ishizue_ops.config import Config
from ishizue_ops.design.alarms import rule, section

SECTION = "ECS events"
"""The heading of the operations page's section on these events."""


class Events(Construct):
    """Two rules that send ECS's events to the topic, each as a line of text.

    They are of services of one cluster. Its jobs end by themselves, and tell of it otherwise.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        services: Sequence[ecs.FargateService],
        topic: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        what_to_do = section(config, SECTION)
        field = events.EventField.from_path
        rule(
            self,
            "Service",
            topic,
            config.text("{}: ECS reports {}. {} What to do: {}").format(
                config.names.title,
                field("$.detail.eventName"),
                field("$.detail.reason"),
                what_to_do,
            ),
            source=["aws.ecs"],
            detail_type=["ECS Deployment State Change", "ECS Service Action"],
            resources=[service.service_arn for service in services],
            detail={"eventType": ["WARN", "ERROR"]},
        )
        rule(
            self,
            "Task",
            topic,
            config.text("{}: a task stopped. {}: {} Its containers: {} What to do: {}").format(
                config.names.title,
                field("$.detail.stopCode"),
                field("$.detail.stoppedReason"),
                field("$.detail.containers"),
                what_to_do,
            ),
            source=["aws.ecs"],
            detail_type=["ECS Task State Change"],
            detail={
                "clusterArn": [services[0].cluster.cluster_arn],
                **({"group": [{"prefix": "service:"}]} if config.product.jobs else {}),
                "lastStatus": ["STOPPED"],
                # Tasks that ended by themselves (ECS's `Task.stopCode`), and unhealthy ones, which
                # the scheduler stops. Scaling and deployments stop tasks with that code all day:
                # `Scaling activity initiated by…`.
                "$or": [
                    {"stopCode": ["TaskFailedToStart", "EssentialContainerExited"]},
                    {
                        "stopCode": ["ServiceSchedulerInitiated"],
                        "stoppedReason": [{"prefix": "Task failed"}],
                    },
                ],
            },
        )
