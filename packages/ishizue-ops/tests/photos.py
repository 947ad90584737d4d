"""A service with constructs of its own, as the CDK has them: uploads, a queue, a CloudFront."""

from collections.abc import Callable
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


class Photos:
    """The two stacks, and the constructs in the state's; `Depth` is a metric of the queue."""

    def __init__(self, folder: Path, product: Product, database: str) -> None:
        config = read({"DATABASE": database}, product)
        self._app, self._config, self._folder = new_app(folder), config, folder
        self.state = StateStack(self._app, config=config)
        self.bucket = s3.Bucket(self.state, "Uploads", enforce_ssl=True)
        self.queue = sqs.Queue(self.state, "Events", enforce_ssl=True)
        self.cdn = cloudfront.Distribution(
            self.state,
            "Cdn",
            default_behavior=cloudfront.BehaviorOptions(
                origin=origins.S3BucketOrigin.with_origin_access_control(self.bucket)
            ),
        )
        depth = self.queue.metric_approximate_number_of_messages_visible()
        watched = any(alarm.metric == "Depth" for alarm in product.alarms)
        metrics = {"Depth": depth} if watched else {}
        self.service = ServiceStack(self._app, config=config, state=self.state, metrics=metrics)

    def accept(self) -> None:
        """Acknowledge cdk-nag's findings of these constructs."""
        acknowledge(self.bucket, ("AwsSolutions-S1", "AwsSolutions-S2"), "It is a test")
        acknowledge(self.queue, "AwsSolutions-SQS3", "It is a test")
        rules = [f"AwsSolutions-CFR{number}" for number in (1, 2, 3, 4)]
        acknowledge(self.cdn, rules, "It is a test")

    def design(self) -> Design:
        """Synthesize it."""
        finished(self._app, self._config).synth()
        return load(self._folder)


def photos(
    own: Callable[[Photos], None] = lambda _: None,
    product: Product | None = None,
    database: str = "none",
) -> Design:
    """The design with what else the service says or makes."""
    with TemporaryDirectory() as folder:
        made = Photos(Path(folder, "cdk.out"), product or working(), database)
        made.accept()
        own(made)
        return made.design()
