"""The application starts and serves with exactly what its task definition gives it."""

import os
import signal
import subprocess
from typing import Any

import pytest

from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.reading import container, given, only
from tests.processes import free_port, kirosample, server
from tools.tls_postgres import PASSWORD, TlsPostgres
from tools.workload import WORKLOAD

READS = [
    WORKLOAD.list,
    WORKLOAD.list_page,
    WORKLOAD.page,
    "/api/favorites/mine",
    "/api/favorites/stats",
]


def as_rds_writes_it(server: TlsPostgres) -> dict[str, Any]:
    """The JSON of a secret that RDS has attached to a database; its port is a number."""
    return {
        "username": "kirosample",
        "password": PASSWORD,
        "engine": "postgres",
        "host": "localhost",
        "port": server.port,
        "dbname": "postgres",
        "dbInstanceIdentifier": "kirosamplestate-rds",
    }


@pytest.mark.external
@pytest.mark.parametrize(
    "variant", [("rds", "example.com"), ("aurora", "")], ids=lambda variant: variant[0]
)
def test_the_migration_and_the_service_run_over_tls(
    designs: Designs, postgres: TlsPostgres, variant: tuple[str, str]
) -> None:
    design = designs(*variant)
    database = as_rds_writes_it(postgres)
    others = postgres.trusted() | {"PORT": free_port()}
    task = only(design, "AWS::ECS::TaskDefinition", "Migration/Task")
    [migration] = task.properties["ContainerDefinitions"]
    migrating = given(design, migration, database) | others
    succeeds(migration["Command"], migrating)

    app = container(design)
    environment = given(design, app, database) | others
    with server("serve", **environment) as running:
        running.wait_for("/readyz")
        assert running.client.get("/readyz").json()["status"] == "ok"
        # As the application's role, which may do no more with the tables than this needs.
        first, second = (
            running.client.post(WORKLOAD.writes, json=WORKLOAD.content(item)).json()["id"]
            for item in WORKLOAD.items[:2]
        )
        for path in READS:
            assert running.client.get(path).status_code == 200, path
        assert running.client.delete(f"{WORKLOAD.writes}/{second}").status_code == 204
        _, command, *check = app["HealthCheck"]["Command"]
        assert command == "kirosample"
        succeeds(check, environment)
    # The operations page runs this in the task that migrates, with that task's settings.
    succeeds(["favorites", "remove", str(first)], migrating)


def succeeds(command: list[str], environment: dict[str, str]) -> None:
    done = kirosample(*command, **environment)
    assert done.returncode == 0, done.stderr


def test_without_a_database_the_service_is_ready(designs: Designs) -> None:
    design = designs("none", "example.com")
    with server("serve", **given(design, container(design), {})) as running:
        running.wait_for("/readyz")


def test_the_gate_runs_until_sigterm_and_then_ends_at_once(designs: Designs) -> None:
    gate = container(designs("none", "example.com"), "gate")
    with subprocess.Popen(
        [*gate["EntryPoint"], *gate["Command"]], env={"PATH": os.defpath}, start_new_session=True
    ) as process:
        try:
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.5)
            process.terminate()
            assert process.wait(gate["StopTimeout"] / 2) == 0
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # its `sleep`, which the namespace ends on ECS
