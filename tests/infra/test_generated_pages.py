"""The drawing, docs/cost.md and docs/cost.ja.md are those that their commands would write."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from infra.product import PRODUCT
from ishizue_ops.cost import __main__ as cost
from ishizue_ops.drawing import __main__ as diagram
from ishizue_ops.template import Design, load
from ishizue_ops.testing.designs import Assembly, Designs

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("suffix", [".drawio", ".svg"])
def test_the_drawing_in_docs_is_up_to_date(assembly: Assembly, suffix: str) -> None:
    file = DOCS / f"{diagram.NAME}{suffix}"
    drawn = diagram.draw(load(assembly(PRODUCT.database, "example.com")), PRODUCT)[suffix]
    assert file.read_bytes() == drawn, "run make diagram"


def test_the_pages_of_prices_are_up_to_date_whatever_the_settings(
    designs: Designs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def design(environ: Mapping[str, str]) -> Design:
        settings = dict(environ)
        return designs(settings.pop("DATABASE"), settings.pop("DOMAIN"), **settings)

    monkeypatch.setattr(cost, "_design", design)
    monkeypatch.setenv("DATABASE", "none")
    written = dict(cost.pages())
    assert [*written] == [*cost.PAGES.values()]
    for file, text in written.items():
        assert file.read_text("utf-8") == text, "make cost COST=--write"
