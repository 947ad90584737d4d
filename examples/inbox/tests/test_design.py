"""The design is synthesized and passes its checks, and the service has what it names."""

from pathlib import Path

import pytest
from ishizue.testing.processes import printed
from ishizue_ops import project
from ishizue_ops.runbook.__main__ import own_sections, render
from ishizue_ops.synth import synthesize
from ishizue_ops.template import load
from ishizue_ops.testing.drawn import unfounded

from inbox import app
from inbox.settings import Settings
from infra.product import PRODUCT
from tests.conftest import opened

HERE = Path(__file__).parents[1]

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("command", ["synth", "cost", "diagram"])
def test_the_design_has_no_finding(command: str) -> None:
    printed("make", command, "DOMAIN=none", cwd=HERE, timeout=600)


def test_the_drawing_shows_nothing_that_the_templates_lack(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(HERE)
    design = load(synthesize(project.read({}), tmp_path / "cdk.out"))
    assert [*unfounded(design, PRODUCT)] == []


def test_every_alarm_has_its_section(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE)
    assert render(PRODUCT, own_sections())


def test_the_processes_emit_what_graphs_and_alarms_name(database: str) -> None:
    emitted = {"EventsWaiting", "EventsGivenUp"}
    emitted |= app.worker(Settings(), opened(database)).counters.keys()
    named = {metric for graph in PRODUCT.graphs for metric, _ in graph.metrics}
    named |= {alarm.metric for alarm in PRODUCT.alarms if isinstance(alarm.metric, str)}
    assert {name for name in named if name.startswith("Events")} == emitted


@pytest.mark.long
def test_it_deploys_releases_and_ends_on_the_emulator() -> None:
    printed("make", "deploy-emulated", cwd=HERE, timeout=1500)
