"""What `make deploy` knows of CloudFront: whether it comes or goes, and how its cache is emptied.

A switch takes two deployments. The first makes the new way in, registers the tasks with both, and
then moves the domain; the second removes the old one. Only the second deploys the state's stack,
whose output Settings therefore says what serves until both do: a first one that fails is repeated.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from infra.config import Config, read
from infra.deploy.release import ReleaseError
from infra.deploy.release.stacks import Stack
from infra.names import DISTRIBUTION, RETIRING, RETIRING_BALANCER, SETTINGS_OUTPUT


def both(config: Config, *, state: Stack, service: Stack) -> Config | None:
    """The settings of the deployment in which both ways in serve, if it has to come first.

    Raises ConfigError if something else changes too, and ReleaseError in the middle of a switch in
    the other direction: to leave the tasks behind the way in that visitors use, it has to end.
    """
    retiring = service.outputs.get(RETIRING)
    serves = retiring == RETIRING_BALANCER if retiring else DISTRIBUTION in service.outputs
    if serves == config.cdn:
        return None
    deployed = read(json.loads(state.outputs.get(SETTINGS_OUTPUT, "{}")))
    if retiring and deployed.cdn == config.cdn:
        now, then = ("off", "on") if serves else ("on", "off")
        raise ReleaseError(
            f"settings: the change to CDN={then} has begun: finish it, then set CDN={now} again"
        )
    return replace(config, switching_from=deployed)


def handed_over(template: Mapping[str, Any], *stacks: Stack) -> dict[str, str]:
    """The outputs of these stacks that are parameters of a template."""
    wanted = template.get("Parameters", {}).keys()
    return {
        name: value for stack in stacks for name, value in stack.outputs.items() if name in wanted
    }


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
