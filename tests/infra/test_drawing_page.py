"""The drawing in docs is the one that `make diagram` would write, and has no arrow of its own."""

from pathlib import Path

import pytest

from infra.product import PRODUCT
from ishizue_ops.drawing import __main__ as diagram
from ishizue_ops.template import Design, load
from ishizue_ops.testing.designs import Assembly
from ishizue_ops.testing.drawn import unfounded

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("suffix", [".drawio", ".svg"])
def test_the_drawing_in_docs_is_up_to_date(assembly: Assembly, suffix: str) -> None:
    file = ROOT / "docs" / f"{diagram.NAME}{suffix}"
    drawn = diagram.draw(load(assembly(PRODUCT.database, "example.com")), PRODUCT)[suffix]
    assert file.read_bytes() == drawn, "run make diagram"


def test_no_arrow_of_any_variant_is_missing_in_its_template(design: Design) -> None:
    assert [*unfounded(design, PRODUCT)] == []
