"""The migration's task; tests/infra/test_start.py runs its command."""

import re
from typing import Any

import pytest

from infra.checks.template import Design, Resource
from infra.names import MIGRATION_CONTAINER
from tests.infra.conftest import Designs
from tests.infra.reading import only

STATE = "KiroSampleState"


def _task(design: Design) -> Resource:
    return only(design, "AWS::ECS::TaskDefinition", "Migration/Task")


def _container(design: Design) -> dict[str, Any]:
    [container] = _task(design).properties["ContainerDefinitions"]
    return dict(container)


def _outputs(design: Design) -> dict[str, Any]:
    return {k: v["Value"] for k, v in design.templates[STATE]["Outputs"].items()}


@pytest.fixture(scope="module", params=["rds", "aurora"])
def with_database(request: pytest.FixtureRequest, designs: Designs) -> Design:
    return designs(request.param)


def test_without_a_database_there_is_no_migration(designs: Designs) -> None:
    design = designs("none")
    tasks = design.of_type("AWS::ECS::TaskDefinition")
    assert not [task for task in tasks if "Migration" in task.path]
    assert not [name for name in _outputs(design) if "Migration" in name]
    assert "ImageDigest" not in design.templates[STATE]["Parameters"]


def test_it_runs_the_release_s_image_and_none_before(with_database: Design) -> None:
    parameter = with_database.templates[STATE]["Parameters"]["ImageDigest"]
    assert re.fullmatch(parameter["AllowedPattern"], parameter["Default"])
    assert parameter["Default"] == "sha256:" + 64 * "0"
    container = _container(with_database)
    assert container["Command"] == ["migrate"]
    *_, at, digest = container["Image"]["Fn::Join"][1]
    assert (at, digest) == ("@", {"Ref": "ImageDigest"})


def test_the_outputs_name_what_a_release_starts_the_task_with(with_database: Design) -> None:
    outputs = _outputs(with_database)

    def found(name: str) -> Resource | None:
        return with_database.resolve(outputs[name], STATE)

    assert found("MigrationTask") == _task(with_database)
    for name, type_, path in (
        ("MigrationCluster", "AWS::ECS::Cluster", "Migration/Cluster"),
        ("MigrationSecurityGroup", "AWS::EC2::SecurityGroup", "SecurityGroups/Tasks"),
        ("MigrationLogs", "AWS::Logs::LogGroup", "Migration/Logs"),
    ):
        assert found(name) == only(with_database, type_, path)
    glue, subnets = outputs["MigrationSubnets"]["Fn::Join"]
    named = with_database.resolve_all(subnets, STATE)
    assert (glue, subnets[1]) == ("", ",")
    cidrs = [subnet.properties["CidrBlock"] for subnet in named]
    assert cidrs == ["10.0.11.0/24", "10.0.12.0/24"]


def test_a_release_reads_the_log_that_the_task_writes(with_database: Design) -> None:
    container = _container(with_database)
    prefix = container["LogConfiguration"]["Options"]["awslogs-stream-prefix"]
    assert container["Name"] == prefix == MIGRATION_CONTAINER
