"""The design: the usual stacks, and of the service's own a bucket that tells a queue."""

from pathlib import Path
from typing import cast

from aws_cdk import App, CfnResource, Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from ishizue_ops.config import Config
from ishizue_ops.cost.stated import costs
from ishizue_ops.design.acknowledge import acknowledge
from ishizue_ops.stacks import ServiceStack, StateStack, add_regional_stacks, finished, new_app


def build(config: Config, outdir: Path | None = None) -> App:
    """Return the app. Its `synth()` writes the assembly; cdk-nag's findings raise RuntimeError."""
    app = new_app(outdir)
    state = StateStack(app, config=config)
    dead = sqs.Queue(state, "DeadArrivals", enforce_ssl=True, retention_period=Duration.days(14))
    queue = sqs.Queue(
        state,
        "Arrivals",
        enforce_ssl=True,
        visibility_timeout=Duration.minutes(5),  # five tries outlast a short outage
        dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=5, queue=dead),
    )
    # By the account, not by the bucket: S3 asks it before the bucket is there.
    ours = {"StringEquals": {"aws:SourceAccount": state.account}}
    s3_sends = iam.PolicyStatement(
        actions=["sqs:SendMessage"],
        principals=[iam.ServicePrincipal("s3.amazonaws.com", conditions=ours)],
        resources=[queue.queue_arn],
    )
    queue.add_to_resource_policy(s3_sends)
    bucket = s3.Bucket(
        state,
        "Bodies",
        enforce_ssl=True,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        lifecycle_rules=[s3.LifecycleRule(expiration=Duration.days(30))],
    )
    bucket.node.add_dependency(queue)
    # Not `add_event_notification`: a function of CDK's would set it.
    told = [{"Event": "s3:ObjectCreated:*", "Queue": queue.queue_arn}]
    resource = cast(CfnResource, bucket.node.default_child)
    resource.add_property_override("NotificationConfiguration.QueueConfigurations", told)
    acknowledge(bucket, "AwsSolutions-S1", "Only the service writes to it, and logs its requests")
    costs(bucket, "S3: large bodies", usd="0.025", units=20, unit="GB-month")
    costs(bucket, "S3: large bodies", usd="0.0047", units=100, unit="1,000 requests")
    costs(queue, "SQS: arrivals", usd="0.40", units=0.6, unit="million requests")
    costs(dead, "SQS: arrivals that were given up", usd="0")
    age = queue.metric_approximate_age_of_oldest_message()
    service = ServiceStack(app, config=config, state=state, metrics={"ArrivalsAge": age})
    receiver, forwarder = service.tasks["app"], service.tasks["forwarder"]
    receiver.environment({"INBOX_BUCKET": bucket.bucket_name})
    receiver.may(["s3:PutObject"], bucket.arn_for_objects("*"), why="A key is its event's id")
    forwarder.environment({"INBOX_QUEUE": queue.queue_url})
    forwarder.may(["sqs:ReceiveMessage", "sqs:DeleteMessage"], queue.queue_arn)
    add_regional_stacks(app, config)
    return finished(app, config)
