"""Verifies that the service runs what was deployed.

CloudFormation usually reports a rollback by ECS's circuit breaker, but not always: a release is
done when the service itself runs its tasks and no others.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ishizue_ops.deploy.release import ReleaseError
from ishizue_ops.deploy.release.stacks import Stack
from ishizue_ops.names import IMAGE_DIGEST

_DEPLOYED = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")


def verify(ecs: Any, *, service: Stack, digest: str, attempts: Iterable[object]) -> int:
    """Wait until the service is stable on this image, and return the number of its tasks.

    CloudFormation made the immutable task definition with this digest: the service runs the image
    if and only if it runs that definition. Raises ReleaseError if CloudFormation or ECS rolled it
    back, or on a timeout.
    """
    if service.status not in _DEPLOYED:
        raise ReleaseError(f"verify: {service.name} is {service.status}")
    if service.parameters.get(IMAGE_DIGEST) != digest:
        other = service.parameters.get(IMAGE_DIGEST, "no image")
        raise ReleaseError(f"verify: {service.name} was deployed with {other}, not {digest}")
    expected = service.output("TaskDefinitionArn")
    state = "no answer"
    for _ in attempts:
        found = _service(ecs, service)
        primary = _primary(found)
        reason = primary.get("rolloutStateReason", "no reason given")
        if primary["taskDefinition"] != expected:
            running, wanted = (
                arn.rpartition("/")[2] for arn in (primary["taskDefinition"], expected)
            )
            raise ReleaseError(f"verify: ECS rolled back: {running} runs, not {wanted}: {reason}")
        if primary.get("rolloutState") == "FAILED":
            raise ReleaseError(f"verify: the rollout failed: {reason}")
        running, desired = primary["runningCount"], primary["desiredCount"]
        alone = len(found["deployments"]) == 1
        if primary.get("rolloutState") == "COMPLETED" and alone and running == desired > 0:
            return int(running)
        state = f"{running} of {desired} tasks run, {reason}"
    raise ReleaseError(f"verify: timed out before the service was stable: {state}")


def _service(ecs: Any, stack: Stack) -> Mapping[str, Any]:
    name = stack.output("ServiceName")
    answer = ecs.describe_services(cluster=stack.output("ClusterName"), services=[name])
    if not answer["services"]:
        raise ReleaseError(f"verify: there is no service {name}")
    return dict(answer["services"][0])


def _primary(service: Mapping[str, Any]) -> Mapping[str, Any]:
    for deployment in service["deployments"]:
        if deployment["status"] == "PRIMARY":
            return dict(deployment)
    raise ReleaseError("verify: the service has no deployment")
