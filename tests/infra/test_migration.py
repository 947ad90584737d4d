"""The migration's task: what it may do, what it is given, and that the application takes it."""

import os
import re
import subprocess
import sys
from typing import Any

import pytest
from tests.infra.conftest import Designs
from tests.infra.reading import only
from tests.tls_postgres import tls_postgres

from infra.migration import CONTAINER
from infra.release import migration as release
from infra.report.template import Design, Resource
from kirosample.favorites.migrations import migrations

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


def test_it_runs_the_image_that_a_release_names_and_none_before(with_database: Design) -> None:
    parameter = with_database.templates[STATE]["Parameters"]["ImageDigest"]
    assert re.fullmatch(parameter["AllowedPattern"], parameter["Default"])
    assert parameter["Default"] == "sha256:" + 64 * "0"
    container = _container(with_database)
    assert container["Command"] == ["migrate"]
    *_, at, digest = container["Image"]["Fn::Join"][1]
    assert (at, digest) == ("@", {"Ref": "ImageDigest"})


def test_it_cannot_change_itself_and_is_not_root(with_database: Design) -> None:
    container = _container(with_database)
    assert container["ReadonlyRootFilesystem"] is True
    assert container["User"].split(":")[0] not in ("", "0", "root")
    assert container["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}


def test_it_runs_on_the_processor_that_the_image_is_for(designs: Designs) -> None:
    platform = _task(designs("rds", ARCHITECTURE="arm64")).properties["RuntimePlatform"]
    assert platform["CpuArchitecture"] == "ARM64"


def test_its_log_is_kept_as_long_as_the_service_s(designs: Designs) -> None:
    logs = only(designs("rds", LOG_DAYS="14"), "AWS::Logs::LogGroup", "Migration/Logs")
    assert logs.properties["RetentionInDays"] == 14


def test_a_release_finds_all_that_it_starts_the_task_with(with_database: Design) -> None:
    outputs = _outputs(with_database)

    def found(name: str) -> Resource | None:
        return with_database.resolve(outputs[name], STATE)

    assert found("MigrationTask") == _task(with_database)
    assert found("MigrationCluster") == only(
        with_database, "AWS::ECS::Cluster", "Migration/Cluster"
    )
    assert found("MigrationSecurityGroup") == only(
        with_database, "AWS::EC2::SecurityGroup", "SecurityGroups/Tasks"
    )
    assert found("MigrationLogs") == only(with_database, "AWS::Logs::LogGroup", "Migration/Logs")
    glue, subnets = outputs["MigrationSubnets"]["Fn::Join"]
    named = [with_database.resolve(part, STATE) for part in subnets if part != ","]
    assert glue == ""
    assert [subnet.properties["CidrBlock"] for subnet in named if subnet] == [
        "10.0.11.0/24",
        "10.0.12.0/24",
    ]


def test_a_release_reads_the_log_by_the_name_that_the_task_writes_it_under(
    with_database: Design,
) -> None:
    container = _container(with_database)
    prefix = container["LogConfiguration"]["Options"]["awslogs-stream-prefix"]
    assert container["Name"] == prefix == CONTAINER == release.CONTAINER


@pytest.mark.external
def test_the_application_migrates_a_database_with_exactly_what_it_is_given(
    with_database: Design,
) -> None:
    """On a PostgreSQL that speaks TLS only, with the secret's parts as RDS writes them."""
    container = _container(with_database)
    with tls_postgres() as server:
        settings = server.settings()
        secret = {
            "host": settings["KIROSAMPLE_DB_HOST"],
            "port": settings["KIROSAMPLE_DB_PORT"],
            "dbname": settings["KIROSAMPLE_DB_NAME"],
            "username": settings["KIROSAMPLE_DB_USER"],
            "password": settings["KIROSAMPLE_DB_PASSWORD"],
        }
        given = {entry["Name"]: entry["Value"] for entry in container["Environment"]}
        for entry in container["Secrets"]:
            key = entry["ValueFrom"]["Fn::Join"][1][-1].strip(":")
            given[entry["Name"]] = secret[key]
        run = [sys.executable, "-c", "from kirosample.cli import main; main()"]
        environ = {"PATH": os.environ["PATH"], **server.trusted(), **given}
        every = ", ".join(str(version) for version in range(1, len(migrations()) + 1))
        for said in (f"applied: {every}", "applied: nothing, the schema is current"):
            done = subprocess.run(
                [*run, *container["Command"]],
                env=environ,
                capture_output=True,
                text=True,
                timeout=60,
            )
            assert (done.returncode, done.stdout.strip()) == (0, said), done.stderr
