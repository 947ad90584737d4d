"""The command, and docs/cost.md is up to date."""

from pathlib import Path

import pytest

from infra.product import PRODUCT
from ishizue_ops import config, synth
from ishizue_ops.cost import __main__ as command
from ishizue_ops.cost.__main__ import PAGE, main
from tests.infra.conftest import Assembly

DOMAIN = "example.com"


@pytest.fixture
def written(assembly: Assembly, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the command writes; synthesis is cached."""

    def synthesize(settings: config.Config, _: Path) -> Path:
        cdn = {"CDN": "on"} if settings.cdn else {}
        return assembly(settings.database, settings.domain or "", **cdn)

    monkeypatch.setattr(synth, "synthesize", synthesize)
    monkeypatch.setattr(command, "PAGE", tmp_path / "cost.md")
    return tmp_path / "cost.md"


def test_docs_cost_md_is_up_to_date_whatever_the_settings(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE", "none")
    assert main(["--write"]) == 0
    assert PAGE.read_text("utf-8") == written.read_text("utf-8"), "make cost COST=--write"


def test_the_command_prints_the_configured_design_and_writes_nothing(
    written: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE", PRODUCT.database)
    monkeypatch.setenv("DOMAIN", DOMAIN)
    assert main([]) == 0
    assert "| **sum** |" in capsys.readouterr().out
    assert not written.exists()


@pytest.mark.usefixtures("written")
def test_failures_are_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE", "oracle")
    assert main([]) == 2
    monkeypatch.setenv("DATABASE", "none")
    monkeypatch.setattr(config, "REGION", "eu-west-1")
    assert main([]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert [line.partition(":")[0] for line in said.err.splitlines()] == ["settings", "cost"]
    assert "eu-west-1; the price book is for ap-northeast-1" in said.err
