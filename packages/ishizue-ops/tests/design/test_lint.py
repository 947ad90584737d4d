"""No variant has findings of cfn-lint, or findings of cdk-nag that are not acknowledged."""

import subprocess
import sys
from pathlib import Path

import pytest

from ishizue_ops.project import read
from ishizue_ops.synth import DesignError, synthesize
from ishizue_ops.testing.designs import Assembly
from ishizue_ops.testing.reading import EDGE
from ishizue_ops.variables import REGIONS

LINT = Path(sys.executable).parent / "cfn-lint"
OPTIONS = ("--format", "parseable", "--ignore-checks", "W3691")
"""W3691 wants a minor version of RDS: design/database/database.py says why it has none."""

VARIANTS = [
    {"database": "aurora", "domain": "example.com"},
    {"database": "none"},
    {"domain": "example.com", "WAF": "on", "NAT_GATEWAYS": "2", "ARCHITECTURE": "arm64"},
    {"domain": "example.com", **EDGE},
    {"OUTSIDE_CHECK": "on"},
]
"""Each database, with and without a domain and CloudFront, and what other settings add."""


ELSEWHERE = [
    {"domain": "example.com", "REGION": "ap-northeast-3"},
    {"database": "aurora", "domain": "example.com", "CDN": "on", "REGION": "ap-northeast-3"},
]
"""What a region may lack: types, versions of a database, and classes of its instances."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variants", "stacks", "regions"),
    [(VARIANTS, "*", ["ap-northeast-1"]), (ELSEWHERE, "NotesS*", REGIONS)],
    ids=["default", "every region"],
)
def test_cfn_lint_has_no_finding_and_templates_are_ascii(
    variants: list[dict[str, str]], stacks: str, regions: list[str], assembly: Assembly
) -> None:
    folders = [assembly(**variables) for variables in variants]
    templates = [file for each in folders for file in sorted(each.glob(f"{stacks}.template.json"))]
    said = subprocess.run(
        [str(LINT), "--regions", *regions, *OPTIONS, "--template", *map(str, templates)],
        capture_output=True,
        text=True,
        timeout=240,
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
