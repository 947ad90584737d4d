"""`make synth`: offline, without node on the machine, and reproducible."""

import os
import subprocess
import sys
from pathlib import Path

from infra.config import read
from infra.synth import synthesize
from tests.infra.conftest import Assembly

ROOT = Path(__file__).parents[2]


def started(cwd: Path, **environ: str) -> subprocess.Popen[str]:
    """The command without node on the path, behind a dead proxy."""
    kept = {name: os.environ[name] for name in ("HOME", "TMPDIR") if name in os.environ}
    dead = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
    return subprocess.Popen(
        [sys.executable, "-m", "infra.checks"],
        cwd=cwd,
        env={**kept, **dead, "PATH": str(cwd), "PYTHONPATH": str(ROOT), **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_it_writes_both_stacks_without_node_on_the_machine(tmp_path: Path) -> None:
    with started(tmp_path, DOMAIN="example.com") as ran:
        _, said = ran.communicate(timeout=120)
    assert (ran.returncode, said) == (0, "")
    written = {found.name for found in (tmp_path / "build/cdk.out").iterdir()}
    assert {"KiroSampleState.template.json", "KiroSampleService.template.json"} <= written


def test_the_same_settings_make_the_same_templates_and_replace_older_ones(
    assembly: Assembly, tmp_path: Path
) -> None:
    stale = tmp_path / "Stale.template.json"
    stale.write_text("{}")
    second = synthesize(read({"DATABASE": "none"}), tmp_path)
    assert not stale.exists()
    for template in assembly("none").glob("*.template.json"):
        assert template.read_bytes() == (second / template.name).read_bytes()
