"""How checkov is run, and its report read; `make policies` runs the real one."""

import json
import subprocess
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from infra.acknowledgments import CHECKOV
from infra.checks.policies import checkov
from infra.checks.policies.findings import Finding, ToolError
from infra.template import SUFFIX

BUCKET = {
    "Type": "AWS::S3::Bucket",
    "Metadata": {CHECKOV.key: {CHECKOV.entries: [{"id": "CKV_AWS_18", "comment": "logs"}]}},
}
FAILED = {
    "check_id": "CKV_AWS_18",
    "check_name": "Ensure the bucket has access logging",
    "resource": "AWS::S3::Bucket.Logs",
}


def run(template: Path, monkeypatch: pytest.MonkeyPatch, *failed: dict[str, str]) -> set[Finding]:
    """Run checkov, which reports this; it must ask nobody, and see no acknowledgment."""

    def reports(command: list[str], *, env: dict[str, str], **_: Any) -> CompletedProcess[str]:
        assert env["CKV_SKIP_PACKAGE_UPDATE_CHECK"] == "true"
        assert "--skip-download" in command
        [copy] = Path(command[-1]).iterdir()
        assert json.loads(copy.read_text())["Resources"]["Logs"] == {**BUCKET, "Metadata": {}}
        found = [{**each, "file_abs_path": str(copy)} for each in failed]
        results = {"results": {"passed_checks": [], "failed_checks": found}}
        return CompletedProcess(command, 0, json.dumps(results), "")

    monkeypatch.setattr(subprocess, "run", reports)
    return checkov.run([template])


@pytest.fixture
def template(tmp_path: Path) -> Path:
    file = tmp_path / f"Stack{SUFFIX}"
    file.write_text(json.dumps({"Resources": {"Logs": BUCKET}}))
    return file


def test_a_failed_check_is_a_finding_even_if_it_is_acknowledged(
    template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [found] = run(template, monkeypatch, FAILED)
    assert found == Finding(template, "Logs", "CKV_AWS_18")
    assert found.text == "Ensure the bucket has access logging"


def test_a_template_that_it_did_not_check_fails(
    template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ToolError, match="did not check"):
        run(template, monkeypatch)
