"""Control Tower's rules, as cfn-guard runs them on our templates."""

import json
from pathlib import Path

import pytest

from infra.acknowledgments import GUARD
from infra.checks.policies import guard
from infra.checks.policies.findings import ToolError, check
from infra.template import SUFFIX, Design
from tests.infra.conftest import Assembly, Designs
from tests.infra.edit import Edit, Editor, change, edited
from tests.infra.reading import VARIANTS

INSTANCE, BUCKET = "AWS::RDS::DBInstance", "AWS::S3::Bucket"


def templates(assembly: Path) -> list[Path]:
    return sorted(assembly.glob(f"*{SUFFIX}"))


def written(design: Design, folder: Path) -> Path:
    """A folder with the state's template."""
    template = design.templates["KiroSampleState"]
    (folder / f"KiroSampleState{SUFFIX}").write_text(json.dumps(template))
    return folder


def test_every_finding_of_every_variant_is_acknowledged(assembly: Assembly) -> None:
    folders = [assembly(*variant) for variant in VARIANTS]
    found = guard.run([file for folder in folders for file in templates(folder)])
    assert len({each.rule for each in found}) > 10
    assert [line for folder in folders for line in check(folder, found, GUARD)] == []


def public(editor: Editor) -> None:
    del editor.one(BUCKET)["PublicAccessBlockConfiguration"]


def without_an_acknowledgment(editor: Editor) -> None:
    [bucket] = editor.all(BUCKET)
    entries = bucket["Metadata"][GUARD.key][GUARD.entries]
    entries[:] = [each for each in entries if each["id"] != "CT.S3.PR.11"]


def with_a_stale_acknowledgment(editor: Editor) -> None:
    [bucket] = editor.all(BUCKET)
    bucket["Metadata"][GUARD.key][GUARD.entries].append({"id": "CT.S3.PR.1", "reason": "none"})


BROKEN: dict[str, tuple[Edit, str]] = {
    "an unencrypted database": (
        change(INSTANCE, StorageEncrypted=False),
        "Rds/Instance: CT.RDS.PR.24, Require",
    ),
    "a database without backups": (
        change(INSTANCE, BackupRetentionPeriod=0),
        "Rds/Instance: CT.RDS.PR.8, Require",
    ),
    "a bucket of the public": (public, "AccessLogs/Bucket: CT.S3.PR.1, Require"),
    "a finding that nobody acknowledged": (
        without_an_acknowledgment,
        "AccessLogs/Bucket: CT.S3.PR.11, Require",
    ),
    "an acknowledgment of nothing": (
        with_a_stale_acknowledgment,
        "AccessLogs/Bucket: CT.S3.PR.1 is acknowledged, but not found",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_template_is_found(designs: Designs, name: str, tmp_path: Path) -> None:
    edit, said = BROKEN[name]
    folder = written(edited(designs("rds"), edit), tmp_path)
    [line] = check(folder, guard.run(templates(folder)), GUARD)
    assert line.startswith(said)


def test_a_template_that_cannot_be_read_fails(tmp_path: Path) -> None:
    broken = tmp_path / f"Broken{SUFFIX}"
    broken.write_text('{"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"')
    with pytest.raises(ToolError, match="cfn-guard"):
        guard.run([broken])
