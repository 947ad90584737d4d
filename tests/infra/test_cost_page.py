"""docs/cost.md is up to date."""

from pathlib import Path

import pytest

from ishizue_ops import config, synth
from ishizue_ops.cost import __main__ as command
from ishizue_ops.cost.__main__ import JAPANESE, PAGE, main
from ishizue_ops.testing.designs import Assembly


def test_docs_cost_md_is_up_to_date_whatever_the_settings(
    assembly: Assembly, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def synthesize(settings: config.Config, _: Path) -> Path:
        variables = dict(settings.explicit)
        return assembly(variables.pop("DATABASE"), variables.pop("DOMAIN"), **variables)

    monkeypatch.setattr(synth, "synthesize", synthesize)
    monkeypatch.setattr(command, "PAGE", tmp_path / "cost.md")
    monkeypatch.setattr(command, "JAPANESE", tmp_path / "cost.ja.md")
    monkeypatch.setenv("DATABASE", "none")
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    assert main(["--write"]) == 0
    for page, written in ((PAGE, command.PAGE), (JAPANESE, command.JAPANESE)):
        assert page.read_text("utf-8") == written.read_text("utf-8"), "make cost COST=--write"
