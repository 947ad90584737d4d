"""Control Tower's rules, as cfn-guard runs them on our templates."""

import json
from pathlib import Path

import pytest

from ishizue_ops.acknowledgments import GUARD
from ishizue_ops.checks.policies.guard import Finding, ToolError, check, run
from ishizue_ops.template import SUFFIX
from ishizue_ops.testing.designs import Assembly, Designs
from ishizue_ops.testing.edit import Edit, Editor, change, edited

pytestmark = pytest.mark.slow

BUCKET = "AWS::S3::Bucket"

REAL = {
    "rds": ("rds", "example.com"),
    "aurora": ("aurora", ""),
}
"""`make policies` checks all variants; these have most of the acknowledgments."""


def without_an_acknowledgment(editor: Editor) -> None:
    [bucket] = editor.all(BUCKET)
    entries = bucket["Metadata"][GUARD.key][GUARD.entries]
    entries[:] = [each for each in entries if each["id"] != "CT.S3.PR.11"]


def with_a_stale_acknowledgment(editor: Editor) -> None:
    [bucket] = editor.all(BUCKET)
    bucket["Metadata"][GUARD.key][GUARD.entries].append({"id": "CT.S3.PR.1", "reason": "none"})


BROKEN: dict[str, tuple[Edit, str]] = {
    "an unencrypted database": (
        change("AWS::RDS::DBInstance", StorageEncrypted=False),
        "Rds/Instance: CT.RDS.PR.24, Require",
    ),
    "a finding that nobody acknowledged": (
        without_an_acknowledgment,
        "AccessLogs/Bucket: CT.S3.PR.11, Require",
    ),
    "an acknowledgment of nothing": (
        with_a_stale_acknowledgment,
        "AccessLogs/Bucket: CT.S3.PR.1 is acknowledged, but not found",
    ),
}


@pytest.fixture(scope="module")
def folders(
    assembly: Assembly, designs: Designs, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Real templates, and those of the state that are broken, by their name."""
    made = {name: assembly(*variant) for name, variant in REAL.items()}
    for name, (edit, _) in BROKEN.items():
        made[name] = tmp_path_factory.mktemp("broken")
        template = edited(designs("rds"), edit).templates["NotesState"]
        (made[name] / f"NotesState{SUFFIX}").write_text(json.dumps(template))
    return made


@pytest.fixture(scope="module")
def findings(folders: dict[str, Path]) -> set[Finding]:
    """The findings in all of them: most of the time is that of a start."""
    return run([file for each in folders.values() for file in sorted(each.glob(f"*{SUFFIX}"))])


@pytest.mark.parametrize("name", REAL)
def test_every_finding_is_acknowledged(
    folders: dict[str, Path], findings: set[Finding], name: str
) -> None:
    assert check(folders[name], findings) == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_template_is_found(
    folders: dict[str, Path], findings: set[Finding], name: str
) -> None:
    [line] = check(folders[name], findings)
    assert line.startswith(BROKEN[name][1])


def test_a_template_that_cannot_be_read_fails(tmp_path: Path) -> None:
    broken = tmp_path / f"Broken{SUFFIX}"
    broken.write_text('{"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"')
    with pytest.raises(ToolError, match="cfn-guard"):
        run([broken])
