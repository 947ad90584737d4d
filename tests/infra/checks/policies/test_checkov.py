"""How checkov is run, and its report read; `make policies` runs the real one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.acknowledgments import CHECKOV
from infra.checks.policies import checkov
from infra.checks.policies.findings import Finding, ToolError
from infra.checks.template import SUFFIX

STAND_IN = """#!/usr/bin/env python3
import json, os, sys
from pathlib import Path
folder = Path(sys.argv[sys.argv.index("--directory") + 1])
report = json.loads(Path(__file__).with_name("report.json").read_text())
templates = sorted(folder.iterdir())
for checks in report["results"].values():
    for check in checks:
        check["file_abs_path"] = str(templates[check["file_abs_path"]])
Path(__file__).with_name("seen.json").write_text(json.dumps({
    "asked": os.environ.get("CKV_SKIP_PACKAGE_UPDATE_CHECK"),
    "arguments": sys.argv[1:],
    "templates": [json.loads(template.read_text()) for template in templates],
}))
print(json.dumps(report))
"""

BUCKET = {
    "Type": "AWS::S3::Bucket",
    "Metadata": {CHECKOV.key: {CHECKOV.entries: [{"id": "CKV_AWS_18", "comment": "logs"}]}},
}
FAILED = {
    "check_id": "CKV_AWS_18",
    "check_name": "Ensure the bucket has access logging",
    "file_abs_path": 0,
    "resource": "AWS::S3::Bucket.Logs",
}
PROBE = {**FAILED, "resource": "AWS::S3::Bucket.Probe"}

Run = Callable[[dict[str, Any]], set[Finding]]


@pytest.fixture
def template(tmp_path: Path) -> Path:
    file = tmp_path / f"Stack{SUFFIX}"
    file.write_text(json.dumps({"Resources": {"Logs": BUCKET}}))
    return file


@pytest.fixture
def run(tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a stand-in that reports this."""
    program = tmp_path / "checkov"
    program.write_text(STAND_IN)
    program.chmod(0o755)
    monkeypatch.setattr(checkov, "PROGRAM", program)

    def report(results: dict[str, Any]) -> set[Finding]:
        lists: dict[str, Any] = {"failed_checks": [], "parsing_errors": []}
        (tmp_path / "report.json").write_text(json.dumps({"results": {**lists, **results}}))
        return checkov.run([template])

    return report


def test_a_failed_check_is_a_finding_in_our_template(run: Run, template: Path) -> None:
    found = run({"failed_checks": [PROBE, FAILED]})
    assert found == {Finding(template, "Logs", "CKV_AWS_18")}
    assert [each.text for each in found] == ["Ensure the bucket has access logging"]


def test_it_asks_nobody_and_runs_acknowledged_checks_too(run: Run, tmp_path: Path) -> None:
    run({"failed_checks": [PROBE]})
    seen = json.loads((tmp_path / "seen.json").read_text())
    assert seen["asked"] == "true"
    assert "--skip-download" in seen["arguments"]
    [template] = seen["templates"]
    assert template["Resources"]["Logs"] == {**BUCKET, "Metadata": {}}


def test_a_template_that_it_did_not_check_fails(run: Run) -> None:
    with pytest.raises(ToolError, match="did not check"):
        run({"failed_checks": [FAILED]})
