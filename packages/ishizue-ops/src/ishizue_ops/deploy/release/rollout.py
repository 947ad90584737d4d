"""Waits until each service runs its new task definition only.

ECS's service deployments judge a release, and say why it was taken back.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ishizue_ops.deploy import Stopped
from ishizue_ops.deploy.release.stacks import Stack
from ishizue_ops.names import IMAGE_DIGEST, WORKER_SERVICES, WORKER_TASKS
from ishizue_ops.words import Text

_DEPLOYED = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
_UNDER_WAY = ("PENDING", "IN_PROGRESS")


def verify(ecs: Any, *, service: Stack, digest: str, attempts: Iterable[object]) -> int:
    """Wait until each service is stable on this image, and return the number of their tasks.

    CloudFormation made the immutable task definitions with this digest: a service runs the image
    if and only if it runs its definition. Raises Stopped if CloudFormation or ECS rolled it
    back, or on a timeout.
    """
    if service.status not in _DEPLOYED:
        raise Stopped(Text("not-deployed", stack=service))
    if service.parameters.get(IMAGE_DIGEST) != digest:
        other = service.parameters.get(IMAGE_DIGEST, Text("no-image"))
        raise Stopped(Text("other-digest", stack=service, other=other, digest=digest))
    outputs = service.outputs
    pairs = []
    if "ServiceName" in outputs:
        pairs = [(outputs["ServiceName"], service.output("TaskDefinitionArn"))]
    if WORKER_SERVICES in outputs:
        names, tasks = (service.output(name).split(",") for name in (WORKER_SERVICES, WORKER_TASKS))
        pairs += zip(names, tasks, strict=True)
    cluster = service.output("ClusterName")
    left = iter(attempts)
    return sum(_stable(ecs, cluster, name, expected, left) for name, expected in pairs)


def _stable(ecs: Any, cluster: str, name: str, expected: str, attempts: Iterable[object]) -> int:
    """Wait until this service of the cluster is stable on that definition; count its tasks."""
    asked = {"cluster": cluster, "service": name}
    state = Text("no-answer")
    for _ in attempts:
        service = _service(ecs, asked)
        last = _last_deployment(ecs, asked)
        # ECS keeps deployments for 90 days: a service without one has not changed for longer.
        status = last.get("status", "SUCCESSFUL")
        reason = last.get("statusReason", Text("no-reason"))
        if status not in (*_UNDER_WAY, "SUCCESSFUL"):
            raise Stopped(Text("taken-back", status=status, reason=reason))
        running = service["runningCount"]
        desired = service["desiredCount"]
        counts = {"running": running, "desired": desired}
        state = Text("running", status=status, reason=reason, **counts)
        if service["taskDefinition"] != expected:
            other = service["taskDefinition"].rpartition("/")[2]
            wanted = expected.rpartition("/")[2]
            raise Stopped(Text("other-runs", other=other, wanted=wanted, reason=reason))
        if status == "SUCCESSFUL" and running == desired > 0:
            return int(running)
    raise Stopped(Text("never-stable", state=state))


def _last_deployment(ecs: Any, asked: Mapping[str, str]) -> Mapping[str, Any]:
    """The newest service deployment; empty if ECS has none. It promises no order of its pages."""
    page = ecs.list_service_deployments(**asked, maxResults=100)
    deployments = list(page["serviceDeployments"])
    while following := page.get("nextToken"):
        page = ecs.list_service_deployments(**asked, maxResults=100, nextToken=following)
        deployments += page["serviceDeployments"]
    return max(deployments, key=lambda deployment: deployment["createdAt"], default={})


def _service(ecs: Any, asked: Mapping[str, str]) -> Mapping[str, Any]:
    answer = ecs.describe_services(cluster=asked["cluster"], services=[asked["service"]])
    if not answer["services"]:
        raise Stopped(Text("absent-service", name=asked["service"]))
    return dict(answer["services"][0])
