"""What `infra.seam` says of the application, compared with the application."""

import json
import re
import time
import tomllib
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest

from infra import seam
from infra.checks import consistency
from infra.checks.template import Design
from infra.config import DatabaseKind
from infra.drawing import layout, reader
from infra.names import DATABASE_ROLE as ROLE
from infra.names import SLUG, Names
from kirosample import app, limits, settings
from kirosample.health import LIVENESS_PATH, READINESS_PATH
from kirosample.http import requests
from kirosample.storage.database_url import DatabaseUrl
from kirosample.telemetry import metrics
from tests.infra.conftest import Designs
from tests.infra.reading import PASSWORD, container, containers, given, only
from tests.telemetry.logged import logged
from tests.web.addresses import addresses
from tools.servers import Running, serving

ROOT = Path(__file__).parents[2]
DATABASE = {"host": "h", "port": 5432, "dbname": "n", "username": SLUG, "password": "p"}
"""The secret of RDS's master user."""


def test_the_application_accepts_every_setting_that_a_container_gets(design: Design) -> None:
    known = {option.name for option in settings.OPTIONS}
    for found in containers(design):
        environ = given(design, found, DATABASE)
        assert environ.keys() <= known, found["Name"]
        settings.read(environ)


def test_the_settings_mean_what_the_design_intends(
    design: Design, variant: tuple[str, str]
) -> None:
    found = settings.read(given(design, container(design), DATABASE))
    assert list(map(str, found.trusted_proxies)) == ["10.0.1.0/24", "10.0.2.0/24"]
    [port] = container(design)["PortMappings"]
    assert found.port == port["ContainerPort"]
    assert found.public_url is not None
    assert found.public_url.startswith("https://" if variant[1] else "http://")
    assert (found.drain_seconds > 0, found.metrics, len(found.cookie_keys)) == (True, True, 1)
    there = DatabaseUrl(f"postgresql://{ROLE}:{quote(PASSWORD)}@h:5432/n", "verify-full")
    assert found.database == (None if variant[0] == "none" else there)


def test_the_migration_alone_gets_the_master_user(designs: Designs) -> None:
    design = designs("rds")
    task = only(design, "AWS::ECS::TaskDefinition", "Migration/Task")
    [migration] = task.properties["ContainerDefinitions"]
    owner = DatabaseUrl(f"postgresql://{SLUG}:p@h:5432/n", "verify-full")
    made = settings.read(given(design, migration, DATABASE)).migration
    assert made == settings.Migration(owner, ROLE, PASSWORD)
    assert all(
        settings.read(given(design, found, DATABASE)).migration is None
        for found in containers(design)
        if found != migration
    )


def test_secrets_are_injected_and_not_in_the_template(design: Design) -> None:
    secret = {option.name for option in settings.OPTIONS if option.secret} - {"DATABASE_URL"}
    for found in containers(design):
        assert secret.isdisjoint(entry["Name"] for entry in found.get("Environment", []))
    assert "k" * 16 not in json.dumps(dict(design.templates))


@pytest.mark.parametrize("database", ["none", "rds"])
def test_an_application_without_secrets_of_its_own_is_a_valid_design(
    designs: Designs, monkeypatch: pytest.MonkeyPatch, database: DatabaseKind
) -> None:
    monkeypatch.setattr(seam, "SECRETS", ())
    design = designs(database, "example.com", LOG_DAYS="14")  # no other test's assembly
    names = [entry["Name"] for entry in container(design).get("Secrets", [])]
    assert names == ([] if database == "none" else list(seam.DATABASE_SECRETS))
    assert consistency.check(design) == []
    icons = {shape.id for shape in layout.lay_out(reader.read(design, database)).shapes}
    assert ("secrets" in icons) == (database == "rds")


def test_a_task_takes_the_connections_that_its_pools_hold() -> None:
    assert seam.CONNECTIONS_PER_TASK == limits.POOL_CONNECTIONS + limits.WRITER_CONNECTIONS


def test_the_query_strings_that_change_a_stored_response_are_known(
    pages: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are the fields of what the handlers parse whose responses may be stored."""
    parsed, usual = set[str](), requests.fields_of

    def fields_of(model: type[msgspec.Struct]) -> Mapping[str, requests.Field]:
        found = usual(model)
        parsed.update(found)
        return found

    monkeypatch.setattr(requests, "fields_of", fields_of)
    known = {seam.STATIC_FILES: (), seam.CALENDARS: seam.CALENDAR_QUERY, "*": seam.PAGE_QUERY}
    found: dict[str, set[str]] = {pattern: set() for pattern in known}
    for method, path in addresses(pages):
        parsed.clear()
        stored = pages.client.request(method, path).headers["cache-control"]
        if "s-maxage" in stored or stored.startswith("public"):
            found[next(pattern for pattern in known if fnmatchcase(path, pattern))] |= parsed
    assert found == {pattern: set(names) for pattern, names in known.items()}


def test_what_no_cache_may_store_and_every_write_has_a_path_that_is_not_cached(
    pages: Running,
) -> None:
    for method, path in addresses(pages):
        stored = pages.client.request(method, path).headers["cache-control"]
        uncached = any(fnmatchcase(path, pattern) for pattern in seam.UNCACHED)
        if path not in (LIVENESS_PATH, READINESS_PATH):
            assert uncached == (method != "GET" or "no-store" in stored), (method, path)


def test_the_dashboard_shows_the_metrics_that_a_server_emits(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "_EVERY_SECONDS", 1)
    with logged(
        serving, database=database, metrics=partial(app.metrics, environment="staging")
    ) as (running, lines):
        running.ready()
        running.client.get("/date")
        for _ in range(100):  # gauges are sampled every second
            if '"PoolInUse"' in lines.text():
                break
            time.sleep(0.1)
    dimensions = seam.metrics_dimensions(Names("staging"))
    emitted: set[str] = set()
    for line in lines.lines():
        if "_aws" in line:
            [directive] = line["_aws"]["CloudWatchMetrics"]
            assert directive["Namespace"] == seam.METRICS_NAMESPACE
            assert directive["Dimensions"] == [list(dimensions)]
            assert dimensions.items() <= line.items()
            emitted |= {metric["Name"] for metric in directive["Metrics"]}
    assert emitted == {name for graph in seam.GRAPHS for name, _ in graph.metrics}


def test_the_package_installs_the_command_that_the_containers_run() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert SLUG in project["scripts"]


def test_containers_run_as_the_image_s_user_and_not_as_root(design: Design) -> None:
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    user = re.findall(r"^USER (.+)$", dockerfile, re.MULTILINE)[-1]
    assert not user.startswith(("0", "root"))
    assert {found["User"] for found in containers(design)} == {user}
