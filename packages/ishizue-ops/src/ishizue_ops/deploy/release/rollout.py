"""Waits until each service runs its new task definition only.

ECS's service deployments judge a release, rolling or canary. The `rolloutState` of a service's
`deployments` would not do: ECS returns it for rolling ones only (its API, "Deployment").
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ishizue_ops.deploy.release import ReleaseError
from ishizue_ops.deploy.release.stacks import Stack
from ishizue_ops.names import IMAGE_DIGEST, WORKER_SERVICES, WORKER_TASKS

_DEPLOYED = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
_UNDER_WAY = ("PENDING", "IN_PROGRESS")


def verify(ecs: Any, *, service: Stack, digest: str, attempts: Iterable[object]) -> int:
    """Wait until each service is stable on this image, and return the number of their tasks.

    CloudFormation made the immutable task definitions with this digest: a service runs the image
    if and only if it runs its definition. Raises ReleaseError if CloudFormation or ECS rolled it
    back, or on a timeout.
    """
    if service.status not in _DEPLOYED:
        raise ReleaseError(f"verify: {service.name} is {service.status}")
    if service.parameters.get(IMAGE_DIGEST) != digest:
        other = service.parameters.get(IMAGE_DIGEST, "no image")
        raise ReleaseError(f"verify: {service.name} was deployed with {other}, not {digest}")
    outputs = service.outputs
    pairs = []
    if "ServiceName" in outputs:
        pairs = [(outputs["ServiceName"], service.output("TaskDefinitionArn"))]
    if WORKER_SERVICES in outputs:
        names, tasks = (service.output(name).split(",") for name in (WORKER_SERVICES, WORKER_TASKS))
        pairs += zip(names, tasks, strict=True)
    cluster, left = service.output("ClusterName"), iter(attempts)
    return sum(_stable(ecs, cluster, name, expected, left) for name, expected in pairs)


def _stable(ecs: Any, cluster: str, name: str, expected: str, attempts: Iterable[object]) -> int:
    """Wait until this service of the cluster is stable on that definition; count its tasks."""
    asked = {"cluster": cluster, "service": name}
    state = "no answer"
    for _ in attempts:
        found = _service(ecs, asked)
        last = _last_deployment(ecs, asked)
        # ECS keeps 90 days of them: the service has not changed for longer.
        status = last.get("status", "SUCCESSFUL")
        reason = last.get("statusReason", "no reason given")
        if status not in (*_UNDER_WAY, "SUCCESSFUL"):
            raise ReleaseError(f"verify: ECS takes it back: {status}: {reason}")
        running = found["runningCount"]
        desired = found["desiredCount"]
        state = f"{status}, {running} of {desired} tasks run: {reason}"
        if found["taskDefinition"] != expected:
            other, wanted = (arn.rpartition("/")[2] for arn in (found["taskDefinition"], expected))
            raise ReleaseError(f"verify: {other} runs, not {wanted}: {reason}")
        if status == "SUCCESSFUL" and running == desired > 0:
            return int(running)
    raise ReleaseError(f"verify: timed out before the service was stable: {state}")


def _last_deployment(ecs: Any, asked: Mapping[str, str]) -> Mapping[str, Any]:
    """The newest service deployment; empty if ECS has none. It promises no order of its pages."""
    page = ecs.list_service_deployments(**asked, maxResults=100)
    found = list(page["serviceDeployments"])
    while following := page.get("nextToken"):
        page = ecs.list_service_deployments(**asked, maxResults=100, nextToken=following)
        found += page["serviceDeployments"]
    return max(found, key=lambda one: one["createdAt"], default={})


def _service(ecs: Any, asked: Mapping[str, str]) -> Mapping[str, Any]:
    answer = ecs.describe_services(cluster=asked["cluster"], services=[asked["service"]])
    if not answer["services"]:
        raise ReleaseError(f"verify: there is no service {asked['service']}")
    return dict(answer["services"][0])
