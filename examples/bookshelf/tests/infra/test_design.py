"""The design is synthesized and passes its checks, and the service accepts what it sets."""

import json
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from ishizue.commands.healthcheck import SMOKE_TEST
from ishizue.telemetry import Metrics
from ishizue.testing.logged import logged
from ishizue_ops import project
from ishizue_ops.checks import __main__ as check
from ishizue_ops.runbook.__main__ import own_sections, render
from ishizue_ops.synth import synthesize
from ishizue_ops.template import load
from ishizue_ops.testing.drawn import unfounded

from bookshelf.settings import OPTIONS, Settings, read
from infra.product import PRODUCT
from tests.conftest import serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthesize(project.read({}), tmp_path_factory.mktemp("cdk"))


def containers(assembly: Path) -> Iterator[dict[str, Any]]:
    """The service's own containers in all templates."""
    for template in assembly.glob("*.template.json"):
        for resource in json.loads(template.read_text())["Resources"].values():
            yield from resource["Properties"].get("ContainerDefinitions", ())


def test_the_runbook_has_the_names_and_alarms_of_this_service() -> None:
    """A runbook that nobody has written yet is no failure."""
    for path, text in render(PRODUCT, own_sections()).items():
        assert not path.exists() or path.read_text("utf-8") == text, "make runbook"


def test_every_flow_is_expected_and_the_templates_fit_together(assembly: Path) -> None:
    assert check.check(assembly, project.read({})) == 0


def test_the_drawing_shows_nothing_that_the_templates_lack(assembly: Path) -> None:
    assert [*unfounded(load(assembly), PRODUCT)] == []


def test_the_service_knows_every_setting_of_its_containers(assembly: Path) -> None:
    given = {
        entry["Name"]
        for container in containers(assembly)
        for kind in ("Environment", "Secrets")
        for entry in container.get(kind, ())
    }
    assert given
    assert given <= {SMOKE_TEST, *(option.name for option in OPTIONS)}


def test_the_service_accepts_its_settings_in_the_design() -> None:
    assert read(dict(PRODUCT.environment))


def test_the_service_emits_the_metrics_that_graphs_and_alarms_name(database: str) -> None:
    metrics = partial(Metrics, product=Settings.product)
    with logged(serving, metrics=metrics, database=database) as (server, lines):
        server.ready()
        server.text("/")
        time.sleep(1.5)  # gauges are sampled every second, and reported at the end too
    (report,) = lines.reports()
    (directive,) = report["_aws"]["CloudWatchMetrics"]
    named = {metric for graph in PRODUCT.graphs for metric, _ in graph.metrics}
    named |= {alarm.metric for alarm in PRODUCT.alarms if isinstance(alarm.metric, str)}
    assert named <= {metric["Name"] for metric in directive["Metrics"]}
    assert directive["Namespace"] == PRODUCT.name
