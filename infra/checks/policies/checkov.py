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
    checked = {
        Path(each["file_abs_path"]) for each in results["passed_checks"] + results["failed_checks"]
    }
    if unread := [str(file) for copy, file in copies.items() if copy not in checked]:
        raise ToolError(f"checkov did not check {', '.join(unread)}")
    return {
        Finding(
            copies[Path(each["file_abs_path"])],
            each["resource"].rpartition(".")[2],
            each["check_id"],
            each["check_name"],
        )
        for each in results["failed_checks"]
    }


def _bare(template: Path, copy: Path) -> Path:
    """Copy a template without its acknowledgments, which checkov would skip without running."""
    body = json.loads(template.read_text(encoding="utf-8"))
    for resource in body["Resources"].values():
        resource.get("Metadata", {}).pop(CHECKOV.key, None)
    copy.write_text(json.dumps(body), encoding="utf-8")
    return copy.resolve()
