"""The design is synthesized and passes its checks, and the service has what it names."""

import subprocess
import sys
from pathlib import Path

import pytest
from ishizue import Worker
from ishizue_ops import project
from ishizue_ops.checks import __main__ as check
from ishizue_ops.runbook.__main__ import own_sections, render
from ishizue_ops.synth import synthesize

from inbox import app
from inbox.settings import Settings, read
from infra.product import PRODUCT
from tests.conftest import opened

HERE = Path(__file__).parents[1]

pytestmark = pytest.mark.slow


def test_every_flow_is_expected_and_the_templates_fit_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(HERE)
    assembly = synthesize(project.read({}), tmp_path / "cdk.out")
    assert check.check(assembly, project.read({})) == 0
    assert render(PRODUCT, own_sections())


def test_the_design_has_a_price() -> None:
    command = [sys.executable, "-m", "ishizue_ops", "cost"]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "WorkerForwarder" in done.stdout


def test_the_processes_emit_what_graphs_and_alarms_name(database: str) -> None:
    worker: Worker = app.worker(Settings(), opened(database))
    emitted = {"EventsWaiting", *worker.counters}
    named = {metric for graph in PRODUCT.graphs for metric, _ in graph.metrics}
    named |= {alarm.metric for alarm in PRODUCT.alarms}
    assert {name for name in named if name.startswith("Events")} == emitted
    assert read(dict(PRODUCT.environment))


@pytest.mark.external
def test_it_deploys_releases_and_ends_on_the_emulator() -> None:
    done = subprocess.run(
        ["make", "deploy-emulated"], cwd=HERE, capture_output=True, text=True, timeout=1500
    )
    assert done.returncode == 0, done.stdout + done.stderr
