"""`make plan`: what it prints, and its exit codes."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from ishizue_ops.checks.plan.__main__ import main
from ishizue_ops.checks.plan.changes import Kind
from ishizue_ops.config import Config
from ishizue_ops.testing.designs import Assembly


@pytest.fixture(autouse=True)
def shared(assembly: Assembly, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use the designs that the tests share, as the command names them."""

    def found(config: Config, _: Path) -> Path:
        explicit = dict(config.explicit)
        return assembly(explicit.pop("DATABASE", "rds"), explicit.pop("DOMAIN", ""), **explicit)

    monkeypatch.setattr("ishizue_ops.checks.plan.__main__.synthesize", found)


@pytest.mark.parametrize("form", ["words", "json", "templates"])
def test_it_prints_what_changes_first_what_cannot_be_undone(
    form: str, assembly: Assembly, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = {"DATABASE": "none", "DOMAIN": "example.com"}
    deployed = {
        "words": "DATABASE=none DOMAIN=example.com",
        "json": json.dumps(settings),
        "templates": str(assembly("none", "example.com")),
    }
    assert main({"FROM": deployed[form], "DATABASE": "none"}) == 0
    printed = capsys.readouterr().out
    stacks = [part.splitlines() for part in re.split(r"^(?=\w)", printed, flags=re.MULTILINE)]
    found = {name: [line.split() for line in lines] for name, *lines in filter(None, stacks)}
    assert [*found] == ["NotesState", "NotesService", "NotesOutside"]
    assert ["keep", "Zone/Zone"] in found["NotesState"]
    assert ["update", "Edge/LoadBalancer/Http", "DefaultActions"] in found["NotesService"]
    assert ["delete", "Edge/LoadBalancer/Https"] in found["NotesService"]
    for changes in found.values():
        kinds = [kind for kind, *_ in changes]
        assert kinds == sorted(kinds, key=get_args(Kind).index)


def test_text_that_cloudformation_does_not_return_is_no_change(
    assembly: Assembly, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """GetTemplate has a `?` for each character that is not ASCII."""
    for file in assembly("none", LANGUAGE="ja").glob("*.template.json"):
        template = json.loads(file.read_text("utf-8"))
        template.get("Outputs", {}).pop("Settings", None)
        returned = json.dumps(template, ensure_ascii=False).encode("ascii", "replace")
        assert returned.count(b"??") > 10 or file.name != "NotesService.template.json"
        (tmp_path / file.name).write_bytes(returned)
    assert main({"FROM": str(tmp_path), "DATABASE": "none", "LANGUAGE": "ja"}) == 0
    assert capsys.readouterr() == ("nothing changes\n", "")


def test_what_would_be_lost_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    off = "DATABASE=aurora AURORA_READER=off DATABASE_PROTECTION=off"
    assert main({"FROM": off, "DATABASE": "none"}) == 1
    assert "plan: Aurora/Cluster: deleted, with a final snapshot\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({}, "plan: set FROM"),
        ({"FROM": "TASKS"}, "plan: set FROM"),
        ({"FROM": "{"}, "plan: set FROM"),
        ({"FROM": "TASKS=0"}, "plan: TASKS=0: must be"),
        ({"FROM": "TASKS=2", "TASKS": "0"}, "plan: TASKS=0: must be"),
        ({"FROM": "DATABASE=none", "REGION": "us-west-2"}, "plan: REGION=us-west-2 is another"),
    ],
)
def test_a_wrong_setting_is_one_line_and_2(
    environ: dict[str, str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(environ) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(said)
    assert err.count("\n") == 1
