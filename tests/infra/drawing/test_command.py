"""`make diagram`: exit codes, and where it writes."""

from pathlib import Path

import pytest

from infra.product import PRODUCT
from ishizue_ops import config, synth
from ishizue_ops.drawing import __main__ as diagram
from ishizue_ops.template import load
from tests.infra.conftest import Assembly

ROOT = Path(__file__).parents[3]
OTHER = "rds" if PRODUCT.database == "aurora" else "aurora"


@pytest.mark.parametrize("suffix", [".drawio", ".svg"])
def test_the_drawing_in_docs_is_up_to_date(assembly: Assembly, suffix: str) -> None:
    file = ROOT / "docs" / f"{diagram.NAME}{suffix}"
    drawn = diagram.draw(load(assembly(PRODUCT.database, "example.com")), PRODUCT)[suffix]
    assert file.read_bytes() == drawn, "run make diagram"


@pytest.fixture
def elsewhere(assembly: Assembly, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the command writes into; synthesis is cached."""

    def synthesize(settings: config.Config, out: Path) -> Path:
        assert out.is_dir()
        return assembly(database=settings.database, domain=settings.domain or "")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(synth, "synthesize", synthesize)
    return tmp_path


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({}, "docs"),
        ({"DATABASE": PRODUCT.database, "DOMAIN": "", "TASKS": "2"}, "docs"),
        ({"DATABASE": OTHER}, "build/diagram"),
        ({"TASKS": "3"}, "build/diagram"),
    ],
)
def test_only_the_documented_design_is_written_to_docs(
    elsewhere: Path, environ: dict[str, str], folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert diagram.main(environ) == 0
    written = {str(file.relative_to(elsewhere)) for file in elsewhere.rglob("aws-*")}
    assert written == {f"{folder}/aws-architecture{suffix}" for suffix in (".drawio", ".svg")}
    printed = capsys.readouterr().out.splitlines()
    assert {line.partition(" written: ")[0] for line in printed} == written


def test_failures_are_one_line(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def synthesize(_: config.Config, out: Path) -> Path:
        (out / "Stack.template.json").write_text('{"Resources": {}}', "utf-8")
        return out

    assert diagram.main({"DATABASE": "oracle"}) == 2
    monkeypatch.setattr(synth, "synthesize", synthesize)
    assert diagram.main({}) == 1
    setting, template = capsys.readouterr().err.splitlines()
    assert "DATABASE" in setting
    assert template.startswith("diagram: 0 VPCs")
    assert not any(elsewhere.iterdir())
