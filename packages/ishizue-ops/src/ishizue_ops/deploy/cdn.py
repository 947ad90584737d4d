"""CloudFront in a deployment: chosen at the first one, and its cache emptied after each."""

import time
from collections.abc import Container
from typing import Any

from ishizue_ops.config import Config, ConfigError
from ishizue_ops.deploy.release.stacks import Stack
from ishizue_ops.names import DISTRIBUTION


def refuse_switch(config: Config, outputs: Container[str]) -> None:
    """Raise ConfigError if the deployed service, with these outputs, has the other CDN.

    It would lose its way in before it has the other one.
    """
    if config.cdn != (DISTRIBUTION in outputs):
        now, then = ("off", "on") if config.cdn else ("on", "off")
        raise ConfigError(
            f"CDN={then}: {config.names.service_stack} is deployed with CDN={now}, which is chosen "
            "at the first deployment. Deploy a second ENVIRONMENT and move the DNS record to it "
            "(docs/operations.md, CloudFront)"
        )


def invalidate(cloudfront: Any, service: Stack) -> bool:
    """Empty the cache of every edge; False without CloudFront.

    Pages say that they are right until midnight, which is so only of one release.
    """
    distribution = service.outputs.get(DISTRIBUTION)
    if distribution is None:
        return False
    cloudfront.create_invalidation(
        DistributionId=distribution,
        InvalidationBatch={
            "Paths": {"Quantity": 1, "Items": ["/*"]},
            "CallerReference": str(time.time_ns()),
        },
    )
    return True
