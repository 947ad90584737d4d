"""The bucket of the load balancer's access log, and of CloudFront's."""

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.config import OUTSIDE_REGION


class AccessLogs(Construct):
    """A private bucket whose objects expire after `days`."""

    def __init__(self, scope: Construct, construct_id: str, *, days: int) -> None:
        super().__init__(scope, construct_id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            # Load balancers support no other encryption.
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=Duration.days(days),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
            ],
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )

    def allow_cloudfront(self) -> None:
        """Let CloudWatch deliver CloudFront's log, from the region of its delivery sources."""
        account = Stack.of(self).account
        self.bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="CloudFrontLogs",
                principals=[iam.ServicePrincipal("delivery.logs.amazonaws.com")],
                actions=["s3:PutObject"],
                resources=[self.bucket.arn_for_objects(f"AWSLogs/{account}/CloudFront/*")],
                conditions={
                    "StringEquals": {
                        "aws:SourceAccount": account,
                        "s3:x-amz-acl": "bucket-owner-full-control",
                    },
                    "ArnLike": {
                        "aws:SourceArn": (
                            f"arn:aws:logs:{OUTSIDE_REGION}:{account}:delivery-source:*"
                        )
                    },
                },
            )
        )
