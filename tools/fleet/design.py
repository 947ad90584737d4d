"""The synthesized design, of which the fleet models the service."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.checks.template import Design, load
from infra.config import read
from infra.synth import synthesize
from tools.fleet.agent import Definition


@cache
def design(deployment: str = "rolling") -> Design:
    """The templates with `DEPLOYMENT=rolling` or `canary`, and the defaults otherwise."""
    with TemporaryDirectory() as folder:
        config = read({"DEPLOYMENT": deployment, "DOMAIN": "example.com"})
        return load(synthesize(config, Path(folder) / "cdk.out"))


def container_definitions(found: Design) -> Definition:
    """The containers of the service's tasks."""
    [service] = found.of_type("AWS::ECS::Service")
    task = found.resolve(service.properties["TaskDefinition"], service.stack)
    assert task
    definition: Definition = task.properties["ContainerDefinitions"]
    return definition
