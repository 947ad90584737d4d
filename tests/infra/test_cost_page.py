"""docs/cost.md and docs/cost.ja.md are up to date."""

from collections.abc import Mapping

import pytest

from ishizue_ops.cost import __main__ as command
from ishizue_ops.template import Design
from ishizue_ops.testing.designs import Designs


def test_the_pages_of_prices_are_up_to_date_whatever_the_settings(
    designs: Designs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def design(environ: Mapping[str, str]) -> Design:
        settings = dict(environ)
        return designs(settings.pop("DATABASE"), settings.pop("DOMAIN"), **settings)

    monkeypatch.setattr(command, "_design", design)
    monkeypatch.setenv("DATABASE", "none")
    written = dict(command.pages())
    assert [*written] == [*command.PAGES.values()]
    for file, text in written.items():
        assert file.read_text("utf-8") == text, "make cost COST=--write"
