"""cfn-lint has nothing to say about any variant, and cdk-nag nothing that is not answered."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.infra.conftest import Assembly, Designs
from tests.infra.reading import VARIANTS

from infra.acknowledge import METADATA
from infra.config import read
from infra.report.template import Design
from infra.synth import DesignError, synthesize

LINT = Path(sys.executable).parent / "cfn-lint"

OPTIONS = [
    {"DOMAIN": "example.com", "WAF": "on", "NAT_GATEWAYS": "2", "ARCHITECTURE": "arm64"},
    {"DATABASE": "aurora", "AURORA_READER": "off", "DATABASE_PROTECTION": "off"},
    {"ALARM_EMAIL": "operator@example.com", "GITHUB_REPOSITORY": "owner/name"},
]


def lint(*templates: Path) -> str:
    """What cfn-lint says, about ap-northeast-1; empty where it says nothing."""
    said = subprocess.run(
        [LINT, "--regions", "ap-northeast-1", "--format", "parseable", "--template", *templates],
        capture_output=True,
        text=True,
        timeout=120,
    )
    return said.stdout + said.stderr


def environ_of(database: str, domain: str) -> dict[str, str]:
    return {"DATABASE": database, "DOMAIN": domain}


@pytest.fixture(scope="module")
def templates(assembly: Assembly) -> list[Path]:
    """Every template of every variant and of the options."""
    variants = [environ_of(*variant) for variant in VARIANTS] + OPTIONS
    found = []
    for environ in variants:
        database, domain = environ.get("DATABASE", "rds"), environ.get("DOMAIN", "")
        others = {k: v for k, v in environ.items() if k not in ("DATABASE", "DOMAIN")}
        found += sorted(assembly(database, domain, **others).glob("*.template.json"))
    return found


@pytest.mark.slow
def test_cfn_lint_has_no_finding(templates: list[Path]) -> None:
    assert len(templates) == 2 * (len(VARIANTS) + len(OPTIONS))
    assert lint(*templates) == ""


@pytest.mark.slow
def test_cfn_lint_would_find_an_engine_that_is_deprecated(
    templates: list[Path], tmp_path: Path
) -> None:
    text = next(t.read_text() for t in templates if '"Engine": "postgres"' in t.read_text())
    broken = tmp_path / "broken.json"
    broken.write_text(text.replace('"EngineVersion": "15.', '"EngineVersion": "15.3", "X": "'))
    assert "W3691" in lint(broken)


def test_templates_are_ascii(templates: list[Path]) -> None:
    """CloudFormation shows anything else as question marks."""
    assert [template.name for template in templates if not template.read_bytes().isascii()] == []


def test_each_acknowledged_finding_has_its_reason_on_its_resource(design: Design) -> None:
    entries = [
        (resource.path, entry)
        for resource in design.resources
        for entry in resource.raw.get("Metadata", {}).get(METADATA, {}).get("rules_to_suppress", [])
    ]
    assert len(entries) >= 6
    for path, entry in entries:
        assert len(entry["reason"].split()) >= 5, path
    # As few as the design needs: a rule that is acknowledged twice on one resource is a mistake.
    assert len({(path, entry["id"]) for path, entry in entries}) == len(entries)


def test_a_resource_of_two_findings_has_the_reasons_of_both(designs: Designs) -> None:
    [cluster] = designs("aurora", AURORA_READER="off", DATABASE_PROTECTION="off").of_type(
        "AWS::RDS::DBCluster"
    )
    entries = cluster.raw["Metadata"][METADATA]["rules_to_suppress"]
    reasons = {entry["id"]: entry["reason"] for entry in entries}
    assert "5432" in reasons["AwsSolutions-RDS11"]
    assert "DATABASE_PROTECTION=off" in reasons["AwsSolutions-RDS10"]


def test_a_finding_that_nobody_answered_fails_the_synthesis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(*_: object) -> None: ...

    monkeypatch.setattr("infra.network.acknowledge", nothing)
    with pytest.raises(DesignError):
        synthesize(read({"DATABASE": "none"}), tmp_path / "cdk.out")
    report = (tmp_path / "cdk.out/validation-report.json").read_text()
    assert "AwsSolutions-VPC7" in report


def test_no_asset_has_to_be_published_but_the_templates(assembly: Assembly) -> None:
    for found in assembly().glob("*.assets.json"):
        manifest = json.loads(found.read_text())
        sources = [asset["source"]["path"] for asset in manifest.get("files", {}).values()]
        assert sources == [found.name.replace(".assets.", ".template.")]
        assert manifest.get("dockerImages", {}) == {}
