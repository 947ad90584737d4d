"""No variant has findings of cfn-lint, or findings of cdk-nag that are not acknowledged."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.config import read
from infra.synth import DesignError, synthesize
from tests.infra.conftest import Assembly
from tests.infra.reading import VARIANTS

LINT = Path(sys.executable).parent / "cfn-lint"

OPTIONS = [
    {"DOMAIN": "example.com", "WAF": "on", "NAT_GATEWAYS": "2", "ARCHITECTURE": "arm64"},
    {"DATABASE": "aurora", "AURORA_READER": "off", "DATABASE_PROTECTION": "off"},
    {"ALARM_EMAIL": "operator@example.com", "GITHUB_REPOSITORY": "owner/name"},
    {"OUTSIDE_CHECK": "on"},
    {"DOMAIN": "example.com", "CDN": "on", "WAF": "on"},
]


@pytest.fixture(scope="module")
def templates(assembly: Assembly) -> list[Path]:
    """Every template of every variant and of the options."""
    variants = [{"database": database, "domain": domain} for database, domain in VARIANTS]
    return [
        template
        for options in variants + OPTIONS
        for template in sorted(assembly(**options).glob("*.template.json"))
    ]


@pytest.mark.slow
def test_cfn_lint_has_no_finding(templates: list[Path]) -> None:
    # Two stacks outside, and one before CloudFront.
    assert len(templates) == 2 * (len(VARIANTS) + len(OPTIONS)) + 3
    said = subprocess.run(
        [LINT, "--regions", "ap-northeast-1", "--format", "parseable", "--template", *templates],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert said.stdout + said.stderr == ""


def test_templates_are_ascii(templates: list[Path]) -> None:
    """CloudFormation shows other characters as question marks."""
    assert [template.name for template in templates if not template.read_bytes().isascii()] == []


def test_a_finding_without_acknowledgment_fails_the_synthesis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(*_: object) -> None: ...

    monkeypatch.setattr("infra.design.network.acknowledge", nothing)
    with pytest.raises(DesignError):
        synthesize(read({"DATABASE": "none"}), tmp_path / "cdk.out")
    report = (tmp_path / "cdk.out/validation-report.json").read_text()
    assert "AwsSolutions-VPC7" in report
