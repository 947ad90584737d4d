"""No variant has findings of cfn-lint, or findings of cdk-nag that are not acknowledged."""

import subprocess
import sys
from pathlib import Path

import pytest

from ishizue_ops.project import read
from ishizue_ops.synth import DesignError, synthesize
from ishizue_ops.testing.designs import Assembly
from ishizue_ops.testing.reading import EDGE

LINT = Path(sys.executable).parent / "cfn-lint"

VARIANTS = [
    {"database": "aurora", "domain": "example.com"},
    {"database": "none"},
    {"domain": "example.com", "WAF": "on", "NAT_GATEWAYS": "2", "ARCHITECTURE": "arm64"},
    {"domain": "example.com", **EDGE},
    {"OUTSIDE_CHECK": "on"},
]
"""Each database, with and without a domain and CloudFront, and what other settings add."""


@pytest.mark.slow
def test_cfn_lint_has_no_finding_and_templates_are_ascii(assembly: Assembly) -> None:
    folders = [assembly(**variables) for variables in VARIANTS]
    templates = [file for each in folders for file in sorted(each.glob("*.template.json"))]
    said = subprocess.run(
        [LINT, "--regions", "ap-northeast-1", "--format", "parseable", "--template", *templates],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert said.stdout + said.stderr == ""
    # CloudFormation shows other characters as question marks.
    assert [each.name for each in templates if not each.read_bytes().isascii()] == []


def test_a_finding_without_acknowledgment_fails_the_synthesis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(*_: object) -> None: ...

    monkeypatch.setattr("ishizue_ops.design.network.acknowledge", nothing)
    with pytest.raises(DesignError):
        synthesize(read({"DATABASE": "none"}), tmp_path / "cdk.out")
    report = (tmp_path / "cdk.out/validation-report.json").read_text()
    assert "AwsSolutions-VPC7" in report
