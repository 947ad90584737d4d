"""`make synth`: offline, without node, and the same twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.infra.conftest import Assembly

from infra.cdk import cli
from infra.config import read
from infra.synth import synthesize

ROOT = Path(__file__).parents[2]


def synth(cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """The command in a folder without node, and with no way to any network but a dead proxy."""
    kept = {name: os.environ[name] for name in ("HOME", "TMPDIR") if name in os.environ}
    dead = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
    return subprocess.run(
        [sys.executable, "-m", "infra.synth"],
        cwd=cwd,
        env={**kept, **dead, "PATH": str(cwd), "PYTHONPATH": str(ROOT), **environ},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_it_tells_the_stacks_and_where_they_are_without_node_on_the_machine(tmp_path: Path) -> None:
    ran = synth(tmp_path, DOMAIN="example.com")
    assert (ran.returncode, ran.stderr) == (0, "")
    service, state, *_, where = ran.stdout.splitlines()
    assert service.startswith("KiroSampleService: ")
    assert state.startswith("KiroSampleState: ")
    assert where == "written to build/cdk.out"
    written = {found.name for found in (tmp_path / "build/cdk.out").iterdir()}
    assert {"KiroSampleState.template.json", "KiroSampleService.template.json"} <= written
    assert "HTTP only" not in ran.stdout


@pytest.mark.slow
def test_without_a_domain_it_says_so_in_one_line(tmp_path: Path) -> None:
    ran = synth(tmp_path, DATABASE="none")
    assert len([line for line in ran.stdout.splitlines() if "HTTP only" in line]) == 1


def test_the_same_settings_make_the_same_bytes(assembly: Assembly, tmp_path: Path) -> None:
    first = assembly("none")
    second = synthesize(read({"DATABASE": "none"}), tmp_path / "cdk.out")
    for template in first.glob("*.template.json"):
        assert template.read_bytes() == (second / template.name).read_bytes()


def test_an_older_assembly_is_replaced(tmp_path: Path) -> None:
    stale = tmp_path / "cdk.out/Stale.template.json"
    stale.parent.mkdir()
    stale.write_text("{}")
    synthesize(read({"DATABASE": "none"}), stale.parent)
    assert not stale.exists()


@pytest.mark.slow
@pytest.mark.external
def test_the_cdks_own_cli_has_it_written_where_it_says(tmp_path: Path) -> None:
    log, environ = tmp_path / "log", {**os.environ, "DATABASE": "none"}
    cli.run(["ls", "--output", str(tmp_path / "out")], environ=environ, log=log)
    assert log.read_text().splitlines()[-2:] == ["KiroSampleState", "KiroSampleService"]
    assert (tmp_path / "out/KiroSampleState.template.json").exists()
