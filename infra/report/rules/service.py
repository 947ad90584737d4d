"""The tasks: hardened, checked, scaled, and replaced with a way back."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from infra.report.rules.finding import Broken
from infra.report.template import Design, Resource


def container_health_check(design: Design) -> Iterator[Broken]:
    """A container that serves and that ECS never asks. What only runs once ends by itself."""
    services = design.of_type("AWS::ECS::Service")
    tasks = {design.resolve(each.properties["TaskDefinition"], each.stack) for each in services}
    for task, container in _containers(design):
        if task not in tasks or container.get("Essential") is False:
            continue
        command = container.get("HealthCheck", {}).get("Command", [])
        if "healthcheck" not in " ".join(command):
            yield task.name, f"{container.get('Name')}: no health check of its own"


def container_not_hardened(design: Design) -> Iterator[Broken]:
    """A container that could write to its root, or runs as root."""
    for task, container in _containers(design):
        if container.get("ReadonlyRootFilesystem") is not True:
            yield task.name, f"{container.get('Name')}: a root file system that can be written"
        if str(container.get("User", "root")).split(":")[0] in ("0", "root"):
            yield task.name, f"{container.get('Name')}: runs as root"
        if container.get("Privileged") is True:
            yield task.name, f"{container.get('Name')}: privileged"


def image_by_tag(design: Design) -> Iterator[Broken]:
    """An image by its tag, which does not say what runs."""
    for task, container in _containers(design):
        if "@" not in json.dumps(container.get("Image")):
            yield task.name, f"{container.get('Name')}: an image that is not named by its digest"


def secret_in_the_environment(design: Design) -> Iterator[Broken]:
    """A credential that everybody reads who may describe the task."""
    for task, container in _containers(design):
        for variable in container.get("Environment", []):
            secret = variable["Name"].endswith(("_PASSWORD", "_USER", "_KEYS", "DATABASE_URL"))
            if secret and variable["Value"] != "none":
                yield task.name, f"{variable['Name']} in plain sight"


def deployment_without_rollback(design: Design) -> Iterator[Broken]:
    """A deployment that does not go back by itself, or stops what serves before it has more."""
    for service in design.of_type("AWS::ECS::Service"):
        deployment = service.properties.get("DeploymentConfiguration", {})
        breaker = deployment.get("DeploymentCircuitBreaker", {})
        if breaker != {"Enable": True, "Rollback": True}:
            yield service.name, "no circuit breaker with rollback"
        span = deployment.get("MinimumHealthyPercent"), deployment.get("MaximumPercent")
        if span != (100, 200):
            yield service.name, f"{span[0]} to {span[1]} % healthy, not 100 to 200"


def deployment_resets_task_count(design: Design) -> Iterator[Broken]:
    """A number of tasks that every deployment would go back to."""
    for service in design.of_type("AWS::ECS::Service"):
        if "DesiredCount" in service.properties:
            yield service.name, "DesiredCount undoes what auto scaling decided"


def scaling_bounds(design: Design) -> Iterator[Broken]:
    """Bounds that contradict each other, or leave a zone without a task."""
    for target in design.of_type("AWS::ApplicationAutoScaling::ScalableTarget"):
        least, most = (int(target.properties[key]) for key in ("MinCapacity", "MaxCapacity"))
        if least > most:
            yield target.name, f"at least {least} tasks, at most {most}"
        if least < 2:
            yield target.name, f"at least {least} task, which leaves a zone without"


def mutable_image_tags(design: Design) -> Iterator[Broken]:
    """A registry where a tag can change, or nobody looks at what is pushed."""
    for repository in design.of_type("AWS::ECR::Repository"):
        if repository.properties.get("ImageTagMutability") != "IMMUTABLE":
            yield repository.name, "a tag can be moved to another image"
        if repository.properties.get("ImageScanningConfiguration") != {"ScanOnPush": True}:
            yield repository.name, "images are not scanned"


def _containers(design: Design) -> Iterator[tuple[Resource, Mapping[str, Any]]]:
    for task in design.of_type("AWS::ECS::TaskDefinition"):
        for container in task.properties.get("ContainerDefinitions", []):
            yield task, container
