"""docs/cost.md and docs/cost.ja.md are up to date."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from ishizue_ops.cost import __main__ as command
from ishizue_ops.template import Design
from ishizue_ops.testing.designs import Designs


def test_the_pages_of_prices_are_up_to_date_whatever_the_settings(
    designs: Designs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def design(environ: Mapping[str, str]) -> Design:
        settings = dict(environ)
        return designs(settings.pop("DATABASE"), settings.pop("DOMAIN"), **settings)

    pages = {language: page.read_text("utf-8") for language, page in command.PAGES.items()}
    written = {language: tmp_path / language for language in pages}
    monkeypatch.setattr(command, "_design", design)
    monkeypatch.setattr(command, "PAGES", written)
    monkeypatch.setenv("DATABASE", "none")
    assert command.main(["--write"]) == 0
    for language, page in pages.items():
        assert page == written[language].read_text("utf-8"), "make cost COST=--write"
