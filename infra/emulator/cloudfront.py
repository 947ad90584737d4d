"""What is deployed with `CDN=on`, read back through boto3."""

from functools import cached_property

from infra.config import OUTSIDE_REGION
from infra.emulator.account import Account
from infra.emulator.stacks import Found


class BehindCloudFront(Account):
    """An account whose load balancer only CloudFront reaches."""

    @cached_property
    def distribution(self) -> Found:
        identifier = self.id("AWS::CloudFront::Distribution")
        return dict(self.client("cloudfront").get_distribution(Id=identifier)["Distribution"])

    @property
    def origins_are_the_load_balancer(self) -> bool:
        """Each origin is a deployed VPC origin of the only load balancer."""
        origins = self.distribution["DistributionConfig"]["Origins"]["Items"]
        found = [
            self.client("cloudfront").get_vpc_origin(Id=origin["VpcOriginConfig"]["VpcOriginId"])
            for origin in origins
        ]
        made = [one["VpcOrigin"] for one in found]
        ours = self.load_balancer["LoadBalancerArn"]
        return bool(made) and all(
            one["VpcOriginEndpointConfig"]["Arn"] == ours and one["Status"] == "Deployed"
            for one in made
        )

    @property
    def alias_is_the_distribution(self) -> dict[str, bool]:
        """The zone's aliases by name."""
        return {name: target == self.distribution["DomainName"] for name, target in self.aliases}

    @property
    def certificate(self) -> Found:
        """The distribution's certificate."""
        arn = self.distribution["DistributionConfig"]["ViewerCertificate"]["ACMCertificateArn"]
        acm = self._session.client("acm", region_name=OUTSIDE_REGION)
        return dict(acm.describe_certificate(CertificateArn=arn)["Certificate"])

    @property
    def log_is_delivered(self) -> bool:
        """The distribution's log goes to the bucket of the access logs."""
        logs = self._session.client("logs", region_name=OUTSIDE_REGION)
        sources = {
            one["name"]
            for one in logs.describe_delivery_sources()["deliverySources"]
            if one["resourceArns"] == [self.distribution["ARN"]]
        }
        bucket = f"arn:aws:s3:::{self.id('AWS::S3::Bucket')}"
        destinations = {
            one["arn"]
            for one in logs.describe_delivery_destinations()["deliveryDestinations"]
            if one["deliveryDestinationConfiguration"]["destinationResourceArn"] == bucket
        }
        return any(
            one["deliverySourceName"] in sources and one["deliveryDestinationArn"] in destinations
            for one in logs.describe_deliveries()["deliveries"]
        )
