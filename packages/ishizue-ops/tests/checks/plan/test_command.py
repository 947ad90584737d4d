"""`make plan`: what it prints, and its exit codes."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from ishizue_ops.checks.plan.__main__ import main
from ishizue_ops.config import Config
from ishizue_ops.deploy.ending import ended
from ishizue_ops.testing.designs import Assembly


@pytest.fixture(autouse=True)
def shared(assembly: Assembly, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use the designs that the tests share, as the command names them."""

    def synthesized(config: Config, _: Path) -> Path:
        explicit = dict(config.explicit)
        return assembly(explicit.pop("DATABASE", "rds"), explicit.pop("DOMAIN", ""), **explicit)

    monkeypatch.setattr("ishizue_ops.checks.plan.__main__.synthesize", synthesized)


@pytest.mark.parametrize("form", ["words", "json", "templates"])
def test_it_prints_what_changes_first_what_cannot_be_undone(
    form: str, assembly: Assembly, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """GetTemplate has a `?` for each character that is not ASCII, which is no change."""
    for file in assembly("none", "example.com", LANGUAGE="ja").glob("*.template.json"):
        text = json.dumps(json.loads(file.read_text("utf-8")), ensure_ascii=False)
        (tmp_path / file.name).write_bytes(text.encode("ascii", "replace"))
    settings = {"DATABASE": "none", "DOMAIN": "example.com", "LANGUAGE": "ja"}
    deployed = {
        "words": "DATABASE=none DOMAIN=example.com LANGUAGE=ja",
        "json": json.dumps(settings),
        "templates": str(tmp_path),
    }
    now = {"DATABASE": "none", "LANGUAGE": "ja", "BUDGET_USD": "300"}
    assert main({"FROM": deployed[form], **now}) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    stacks = ["NotesState", "NotesService", "NotesOutside"]
    assert [line[0] for line in lines if not line[1:]] == stacks
    assert ["keep", "Zone/Zone"] in lines
    assert ["update", "Observability/Budget", "Budget"] in lines
    assert ["delete", "Edge/LoadBalancer/Https"] in lines
    assert not [line for line in lines if "AlarmDescription" in line]
    for (first, *_), (second, *_) in pairwise(lines):
        assert second not in ("delete", "replace") or first in ("delete", "replace", *stacks)


def test_what_would_be_lost_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    off = "DATABASE=aurora AURORA_READER=off DATABASE_PROTECTION=off"
    assert main({"FROM": off, "DATABASE": "none"}) == 1
    assert "plan: Aurora/Cluster: deleted, with a final snapshot\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"FROM": str(Path(__file__).parent)}, "plan: no template in"),
        ({"FROM": "{"}, "plan: set FROM"),
        ({"FROM": "TASKS=2", "TASKS": "0"}, "plan: TASKS=0: must be"),
        ({"FROM": "DATABASE=none", "REGION": "us-west-2"}, "plan: REGION=us-west-2 is another"),
        ({"FROM": "CDN=on"}, "plan: CDN=off: NotesService is deployed with CDN=on"),
    ],
)
def test_a_wrong_setting_is_one_line_and_2(
    environ: dict[str, str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended("plan", lambda: main(environ)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(said)
    assert err.count("\n") == 1
