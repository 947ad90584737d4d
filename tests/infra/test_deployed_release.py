"""The design that is deployed today becomes this one without loss."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ishizue_ops.checks.plan.changes import findings
from ishizue_ops.template import Design, load
from ishizue_ops.testing.designs import Designs

ROOT = Path(__file__).parents[2]

DEPLOYED = "741774180a584f9f0e9106bd6b2940e153de3aba"
"""The commit of the release that is deployed: the next release's test names the next one."""

pytestmark = [pytest.mark.slow, pytest.mark.external]


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Design]:
    """The design of that commit, by its domain."""
    base = tmp_path_factory.mktemp("deployed")
    archive = subprocess.run(
        ["git", "archive", DEPLOYED, "infra"], cwd=ROOT, capture_output=True, check=False
    )
    if archive.returncode:
        pytest.skip(f"this clone lacks {DEPLOYED}: git fetch --unshallow")
    subprocess.run(["tar", "--extract", "--directory", base], input=archive.stdout, check=True)

    def synthesized(domain: str) -> Design:
        out = base / f"out-{domain}"
        environ = {**os.environ, "PYTHONPATH": str(base), "CDK_OUTDIR": str(out), "DOMAIN": domain}
        command = [sys.executable, "-m", "infra.synth"]
        subprocess.run(command, cwd=base, env=environ, check=True, capture_output=True, timeout=180)
        return load(out)

    return synthesized


def test_it_becomes_this_design_without_loss(
    deployed: Callable[[str], Design], designs: Designs
) -> None:
    assert findings(deployed(""), designs("rds")) == []
    assert findings(deployed("example.com"), designs("rds", "example.com")) == []
