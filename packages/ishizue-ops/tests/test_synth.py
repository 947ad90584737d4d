"""The CDK's app: offline, without node on the machine, and reproducible."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.own_service import SERVICE

from ishizue_ops.testing.designs import Assembly


@pytest.mark.slow
def test_it_replaces_older_templates_by_the_same_offline_and_without_node_on_the_machine(
    assembly: Assembly, tmp_path: Path
) -> None:
    out = tmp_path / "cdk.out"
    out.mkdir()
    (out / "Stale.template.json").write_text("{}")
    kept = {name: os.environ[name] for name in ("HOME", "TMPDIR") if name in os.environ}
    dead = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
    settings = {"DATABASE": "none", "CDK_OUTDIR": str(out)}
    done = subprocess.run(
        [sys.executable, "-m", "ishizue_ops.synth"],
        cwd=tmp_path,
        env={**kept, **dead, **settings, "PATH": str(tmp_path), "PYTHONPATH": str(SERVICE)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (done.returncode, done.stderr) == (0, "")
    made, expected = (
        {file.name: file.read_bytes() for file in folder.glob("*.template.json")}
        for folder in (out, assembly("none"))
    )
    assert made == expected
