"""A service with constructs of its own, as the CDK has them: uploads, a queue, a CloudFront."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from tests.working import working

from ishizue_ops.config import read
from ishizue_ops.design.acknowledge import acknowledge
from ishizue_ops.product import Product
from ishizue_ops.stacks import ServiceStack, StateStack, finished, new_app
from ishizue_ops.template import Design, load


@dataclass(frozen=True)
class Photos:
    """What a service adds to, and what it has in the state's stack."""

    state: StateStack
    service: ServiceStack
    bucket: s3.Bucket
    queue: sqs.Queue


def photos(
    own: Callable[[Photos], None] = lambda _: None,
    product: Product | None = None,
    database: str = "none",
    metric: str = "",
) -> Design:
    """The design with what else the service says or makes; `metric` is the queue's depth."""
    config = read({"DATABASE": database}, product or working())
    with TemporaryDirectory() as name:
        folder = Path(name, "cdk.out")
        app = new_app(folder)
        state = StateStack(app, config=config)
        bucket = s3.Bucket(state, "Uploads", enforce_ssl=True)
        queue = sqs.Queue(state, "Events", enforce_ssl=True)
        origin = origins.S3BucketOrigin.with_origin_access_control(bucket)
        behavior = cloudfront.BehaviorOptions(origin=origin)
        cdn = cloudfront.Distribution(state, "Cdn", default_behavior=behavior)
        for each, rules in ((bucket, "S1 S2"), (queue, "SQS3"), (cdn, "CFR1 CFR2 CFR3 CFR4")):
            acknowledge(each, [f"AwsSolutions-{rule}" for rule in rules.split()], "It is a test")
        depth = queue.metric_approximate_number_of_messages_visible()
        metrics = {metric: depth} if metric else {}
        service = ServiceStack(app, config=config, state=state, metrics=metrics)
        own(Photos(state, service, bucket, queue))
        finished(app, config).synth()
        return load(folder)
