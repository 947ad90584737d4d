"""The seam between the design and the application, which starts on what the task gives it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from tests.infra.conftest import Designs
from tests.infra.reading import container, only
from tests.infra.task_environment import given
from tests.tls_postgres import PASSWORD, TlsPostgres, tls_postgres

KIROSAMPLE = Path(sys.executable).parent / "kirosample"


@pytest.fixture(scope="module")
def postgres() -> Iterator[TlsPostgres]:
    with tls_postgres() as server:
        yield server


def as_rds_writes_it(server: TlsPostgres) -> dict[str, Any]:
    """The secret's JSON once it is attached to a database: the port is a number there."""
    return {
        "username": "kirosample",
        "password": PASSWORD,
        "engine": "postgres",
        "host": "localhost",
        "port": server.port,
        "dbname": "postgres",
        "dbInstanceIdentifier": "kirosamplestate-rds",
    }


def run(command: list[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    assert command[0] == "kirosample"
    return subprocess.run(
        [KIROSAMPLE, *command[1:]],
        env={"PATH": os.defpath, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


@contextmanager
def serving(environment: Mapping[str, str]) -> Iterator[str]:
    """The image's own command, `kirosample serve`, and its address. It answers within 20 s."""
    server = subprocess.Popen(
        [KIROSAMPLE, "serve"], env={"PATH": os.defpath, **environment}, stderr=subprocess.PIPE
    )
    address = f"http://127.0.0.1:{environment['PORT']}"
    try:
        for _ in range(200):
            assert server.poll() is None, server.stderr and server.stderr.read()
            try:
                httpx.get(f"{address}/livez")
                break
            except httpx.ConnectError:
                time.sleep(0.1)
        yield address
    finally:
        server.send_signal(signal.SIGINT)  # which does not wait for a balancer
        _, _ = server.communicate(timeout=30)


def ready(address: str) -> httpx.Response:
    for _ in range(100):
        answer = httpx.get(f"{address}/readyz")
        if answer.status_code == 200:
            break
        time.sleep(0.1)
    return answer


def settled(address: str) -> str:
    """Why it is not ready, once it has tried to be."""
    for _ in range(100):
        answer = httpx.get(f"{address}/readyz")
        assert answer.status_code == 503
        reason: str = answer.json()["reason"]
        if "not answered yet" not in reason:
            break
        time.sleep(0.1)
    return reason


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return str(listener.getsockname()[1])


@pytest.mark.external
@pytest.mark.parametrize(
    "variant", [("rds", "example.com"), ("aurora", "")], ids=lambda variant: variant[0]
)
def test_migrated_and_started_as_the_tasks_are_it_is_ready_over_tls(
    designs: Designs, postgres: TlsPostgres, variant: tuple[str, str]
) -> None:
    design = designs(*variant)
    database, trusted = as_rds_writes_it(postgres), postgres.trusted()
    task = only(design, "AWS::ECS::TaskDefinition", "Migration/Task")
    [migration] = task.properties["ContainerDefinitions"]
    migrated = run(
        ["kirosample", *migration["Command"]], given(design, migration, database) | trusted
    )
    assert migrated.returncode == 0, migrated.stderr

    app, port = container(design), free_port()
    environment = given(design, app, database) | trusted | {"PORT": port}
    with serving(environment) as address:
        answer = ready(address)
        assert (answer.status_code, answer.json()["status"]) == (200, "ok")
        checked = run(app["HealthCheck"]["Command"][1:], environment)
        assert checked.returncode == 0, checked.stderr
        # The gate is given nothing: it finds the application on the task's own network.
        gate = container(design, "gate")
        let_in = run(
            ["kirosample", *gate["Command"]], given(design, gate, database) | {"PORT": port}
        )
        assert let_in.returncode == 0, let_in.stderr


@pytest.mark.external
def test_the_certificate_is_verified(designs: Designs, postgres: TlsPostgres) -> None:
    """Without the root that signed it the same start is not ready, and says why."""
    design = designs("rds", "example.com")
    environment = given(design, container(design), as_rds_writes_it(postgres))
    with serving(environment | {"PORT": free_port()}) as address:
        reason = settled(address)
        assert "certificate" in reason, reason


@pytest.mark.external
def test_that_database_speaks_nothing_but_tls(postgres: TlsPostgres) -> None:
    async def in_the_clear() -> None:
        await asyncpg.connect(
            host="127.0.0.1",
            port=postgres.port,
            user="kirosample",
            password=PASSWORD,
            database="postgres",
            ssl=False,
        )

    with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError, match="no encryption"):
        asyncio.run(in_the_clear())


def test_without_a_database_it_is_ready_too(designs: Designs) -> None:
    design = designs("none", "example.com")
    environment = given(design, container(design), {}) | {"PORT": free_port()}
    with serving(environment) as address:
        assert ready(address).status_code == 200
