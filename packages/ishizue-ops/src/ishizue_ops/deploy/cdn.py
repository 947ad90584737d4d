"""CloudFront in a deployment: chosen at the first one, its stack, and its cache."""

import json
import time
from collections.abc import Container, Mapping
from typing import Any

from botocore.exceptions import ClientError

from ishizue_ops.config import Config, ConfigError
from ishizue_ops.deploy.release.stacks import Stack
from ishizue_ops.names import DISTRIBUTION
from ishizue_ops.template import Template
from ishizue_ops.words import Text


def refuse_switch(config: Config, outputs: Container[str]) -> None:
    """Raise ConfigError if the deployed service, with these outputs, has the other CDN.

    The service would lose its way in before it has the other one.
    """
    if config.cdn != (DISTRIBUTION in outputs):
        now, then = ("off", "on") if config.cdn else ("on", "off")
        stack = config.names.service_stack
        raise ConfigError(Text("other-cdn", then=then, stack=stack, now=now))


def grown(cloudformation: Any, stack: Stack, wanted: Template) -> dict[str, Any] | None:
    """`wanted` with the resources that only the deployed template has; None if it has no others.

    AWS deletes no certificate or firewall that the distribution still uses, and CloudFormation
    forgets what it could not delete: it would be billed for ever.
    """
    deployed = cloudformation.get_template(StackName=stack.name)["TemplateBody"]["Resources"]
    left = {key: raw for key, raw in deployed.items() if key not in wanted["Resources"]}
    if not left:
        return None
    # These resources stay as they are: a parameter, such as the domain's zone, may change now.
    text = json.dumps(left)
    for name, value in stack.parameters.items():
        text = text.replace(json.dumps({"Ref": name}), json.dumps(value))
    return {**wanted, "Resources": {**wanted["Resources"], **json.loads(text)}}


def grow(cloudformation: Any, name: str, template: Template, given: Mapping[str, str]) -> None:
    """Update the stack to this template with these parameters, and wait."""
    parameters = [{"ParameterKey": key, "ParameterValue": text} for key, text in given.items()]
    try:
        cloudformation.update_stack(
            StackName=name, TemplateBody=json.dumps(template), Parameters=parameters
        )
    except ClientError as error:
        if "No updates" not in str(error):  # as after a deployment that ended half way
            raise
    else:
        cloudformation.get_waiter("stack_update_complete").wait(StackName=name)


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
