"""checkov's rules for CloudFormation, in an environment of its own, without network."""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.acknowledgments import CHECKOV
from infra.checks.policies.findings import Finding, ToolError

PROGRAM = Path(__file__).parents[3] / ".venv-checkov" / "bin" / "checkov"

_PROBE = "Probe"
"""A bucket in every template, which always has findings: they show that it was read."""

_ENVIRONMENT = {"CKV_SKIP_PACKAGE_UPDATE_CHECK": "true"}
"""It would ask PyPI for a newer version of itself."""


def run(files: Sequence[Path]) -> set[Finding]:
    """The findings in these templates, acknowledged ones too. Raises ToolError."""
    with TemporaryDirectory() as folder:
        copies = {
            _bare(file, Path(folder, f"{index}.json")): file for index, file in enumerate(files)
        }
        done = subprocess.run(  # noqa: S603
            [
                *(PROGRAM, "--framework", "cloudformation", "--skip-download", "--soft-fail"),
                *("--compact", "--output", "json", "--directory", folder),
            ],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **_ENVIRONMENT},
        )
    if done.returncode:
        raise ToolError(f"checkov ends with {done.returncode}: {done.stderr.strip()[-500:]}")
    results = json.loads(done.stdout)["results"]
    failed = [
        (Path(each["file_abs_path"]), each["resource"].rpartition(".")[2], each)
        for each in results["failed_checks"]
    ]
    checked = {copy for copy, logical_id, _ in failed if logical_id == _PROBE}
    if results["parsing_errors"] or checked != copies.keys():
        unread = sorted(str(file) for copy, file in copies.items() if copy not in checked)
        raise ToolError(f"checkov did not check {', '.join(unread)}")
    return {
        Finding(copies[copy], logical_id, each["check_id"], each["check_name"])
        for copy, logical_id, each in failed
        if logical_id != _PROBE
    }


def _bare(template: Path, copy: Path) -> Path:
    """Copy a template without its acknowledgments, which checkov would skip without running."""
    body = json.loads(template.read_text(encoding="utf-8"))
    for resource in body["Resources"].values():
        resource.get("Metadata", {}).pop(CHECKOV.key, None)
    body["Resources"][_PROBE] = {"Type": "AWS::S3::Bucket"}
    copy.write_text(json.dumps(body), encoding="utf-8")
    return copy.resolve()
