"""What runs, compared with what was deployed.

ECS's circuit breaker goes back to the last good tasks by itself. CloudFormation mostly tells, but
the service is asked itself: a release is done when its tasks, and no others, run.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from infra.release import ReleaseError
from infra.release.stacks import DIGEST, Stack

_DEPLOYED = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")


def verify(ecs: Any, *, service: Stack, digest: str, attempts: Iterable[object]) -> int:
    """Wait until the service is stable on this image; the number of its tasks.

    The task definition is CloudFormation's, made with this digest, and cannot change: the service
    runs the image if and only if it runs that definition. Raises ReleaseError when it was rolled
    back, by CloudFormation or by ECS, or is not stable in time.
    """
    if service.status not in _DEPLOYED:
        raise ReleaseError(f"verify: {service.name} is {service.status}")
    if service.parameters.get(DIGEST) != digest:
        other = service.parameters.get(DIGEST, "no image")
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
    raise ReleaseError(f"verify: the service is not stable in time: {state}")


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
