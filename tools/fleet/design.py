"""The synthesized design, of which the fleet models the service."""

from pathlib import Path

from infra.checks.template import Design
from infra.config import read
from infra.names import setting
from infra.synth import synthesize
from tools.fleet.agent import Definition
from tools.fleet.pace import Pace


def write(folder: Path, **variables: str) -> Path:
    """Synthesize the design with these variables into the folder."""
    return synthesize(read({"DOMAIN": "example.com"} | variables), folder)


def container_definitions(found: Design) -> Definition:
    """The containers of the service's tasks."""
    [service] = found.of_type("AWS::ECS::Service")
    task = found.resolve(service.properties["TaskDefinition"], service.stack)
    assert task
    definition: Definition = task.properties["ContainerDefinitions"]
    return definition


def tasks(found: Design) -> int:
    """How many tasks run at least."""
    [target] = found.of_type("AWS::ApplicationAutoScaling::ScalableTarget")
    return int(target.properties["MinCapacity"])


def environment(found: Design, pace: Pace, client: str) -> dict[str, str]:
    """The application's settings that are not secret, at this pace.

    Users share the client's address, so it counts as a proxy too: each then has its own. The
    embedded PostgreSQL has no TLS.
    """
    app = next(one for one in container_definitions(found) if one["Name"] == "app")
    settings = {entry["Name"]: entry["Value"] for entry in app["Environment"]}
    settings[setting("TRUSTED_PROXIES")] += f",{client}"
    changed = {setting("DRAIN_SECONDS"): str(pace.drain), setting("DB_TLS"): "off"}
    return settings | {name: value for name, value in changed.items() if name in settings}
