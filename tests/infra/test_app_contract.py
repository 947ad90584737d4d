"""The application is what `ishizue_ops.app_contract` says of it."""

import re
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest

import kirosample
from infra.product import PRODUCT
from ishizue import limits
from ishizue.commands.healthcheck import SMOKE_TEST
from ishizue.storage.database_url import DatabaseUrl
from ishizue.telemetry import Metrics, metrics
from ishizue.testing.logged import logged
from ishizue_ops import app_contract
from ishizue_ops.config import CONNECTIONS_PER_TASK
from ishizue_ops.project import read
from ishizue_ops.template import Design
from ishizue_ops.testing.reading import PASSWORD, container, containers, given
from kirosample import settings
from tools.servers import serving

NAMES = read({}).names
SLUG = NAMES.slug
ROLE = NAMES.database_role
ROOT = Path(__file__).parents[2]
DATABASE = {"host": "h", "port": 5432, "dbname": "n", "username": SLUG, "password": "p"}
"""The secret of RDS's master user."""


def test_the_application_accepts_every_setting_that_a_container_gets(design: Design) -> None:
    known = {SMOKE_TEST, *(option.name for option in settings.OPTIONS)}
    for each in containers(design):
        environ = given(design, each, DATABASE)
        assert environ.keys() <= known, each["Name"]
        settings.read(environ)


def test_the_settings_mean_what_the_design_intends(
    design: Design, variant: tuple[str, str]
) -> None:
    parsed = settings.read(given(design, container(design), DATABASE))
    assert list(map(str, parsed.trusted_proxies)) == ["10.0.1.0/24", "10.0.2.0/24"]
    [port] = container(design)["PortMappings"]
    assert parsed.port == port["ContainerPort"]
    assert parsed.public_url is not None
    assert parsed.public_url.startswith("https://" if variant[1] else "http://")
    assert (parsed.drain_seconds > 0, parsed.metrics) == (True, True)
    there = DatabaseUrl(f"postgresql://{ROLE}:{quote(PASSWORD)}@h:5432/n", "verify-full")
    assert parsed.database == (None if variant[0] == "none" else there)


@pytest.mark.parametrize(
    ("chosen", "days"),
    [
        ({}, {"application": 30, "balancer": 30}),
        ({"WAF": "count", "LOG_DAYS": "7"}, {"application": 7, "balancer": 7, "firewall": 7}),
        ({"CDN": "on"}, {"application": 30, "balancer": 30, "cdn": 30}),
        ({"CDN": "on", "WAF": "on", "ACCESS_LOGS": "off"}, {"application": 30}),
    ],
)
def test_the_site_names_the_logs_that_its_deployment_keeps(
    chosen: dict[str, str], days: dict[str, int]
) -> None:
    told = read({**chosen, "CONTACT": "a@example.com", "CONTACT_NAME": "A"})
    parsed = settings.read(app_contract.environment(told, public_url=None, database=False))
    assert parsed.logs == days
    assert (parsed.contact, parsed.contact_name) == ("mailto:a@example.com", "A")


def test_secrets_are_injected_and_not_in_the_template(design: Design) -> None:
    secret = {option.name for option in settings.OPTIONS if option.secret} - {"DATABASE_URL"}
    for each in containers(design):
        assert secret.isdisjoint(entry["Name"] for entry in each.get("Environment", []))


def test_a_task_takes_the_connections_that_its_pools_hold() -> None:
    assert CONNECTIONS_PER_TASK == limits.POOL_CONNECTIONS + limits.WRITER_CONNECTIONS


def test_the_dashboard_shows_the_metrics_that_a_server_emits(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "_EVERY_SECONDS", 1)
    with logged(
        serving,
        database=database,
        metrics=partial(Metrics, product=kirosample.PRODUCT, environment="staging"),
    ) as (running, lines):
        running.ready()
        running.client.get("/")
        for _ in range(100):  # gauges are sampled every second
            if '"PoolInUse"' in lines.text():
                break
            time.sleep(0.1)
    dimensions = app_contract.metrics_dimensions(replace(NAMES, environment="staging"))
    emitted: set[str] = set()
    for line in lines.lines():
        if "_aws" in line:
            [directive] = line["_aws"]["CloudWatchMetrics"]
            assert directive["Namespace"] == PRODUCT.name
            assert directive["Dimensions"] == [list(dimensions)]
            assert dimensions.items() <= line.items()
            emitted |= {metric["Name"] for metric in directive["Metrics"]}
    assert emitted == {name for graph in PRODUCT.graphs for name, _ in graph.metrics}


def test_containers_run_as_the_image_s_user_and_not_as_root(design: Design) -> None:
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    [uid] = re.findall(r"^ARG APP_UID=([1-9]\d*)$", dockerfile, re.MULTILINE)
    assert dockerfile.rstrip().rpartition("\nUSER ")[2].startswith("${APP_UID}:${APP_UID}\n")
    assert {each["User"] for each in containers(design)} == {f"{uid}:{uid}"}
